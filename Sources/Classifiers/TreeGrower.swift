import CKernels

/// Grows one tree, always splitting the leaf that gains most.
struct TreeGrower {
  private static let binCount = 256

  let binned: BinnedFeatures
  let features: [Int]
  let options: GradientBoostedTrees.Options
  /// First and second derivative of each row, interleaved.
  let pairs: [Float]

  init(
    binned: BinnedFeatures, features: [Int], options: GradientBoostedTrees.Options,
    pairs: [Float]
  ) {
    self.binned = binned
    self.features = features
    self.options = options
    self.pairs = pairs
  }

  private struct Split {
    var gain = 0.0
    var feature = -1
    var bin = 0
  }

  private struct Leaf {
    var node: Int
    var depth: Int
    var rows: [UInt32]
    var gradient: Double
    var hessian: Double
    /// (gradient, hessian) per bin, feature by feature.
    var histogram: [Double]
    var split = Split()
  }

  /// Appends the tree to `nodes` and returns its root.
  mutating func grow(rows: [Int], into nodes: inout GradientBoostedTrees.Nodes) -> Int32 {
    let root = nodes.feature.count
    var leaves = [leaf(rows.map { UInt32($0) }, node: addNode(&nodes), depth: 0, histogram: nil)]
    while leaves.count < options.maximumLeaves {
      guard
        let best = leaves.indices.max(by: { leaves[$0].split.gain < leaves[$1].split.gain }),
        leaves[best].split.gain > 0
      else { break }
      let parent = leaves.remove(at: best)
      let (left, right) = divide(parent, &nodes)
      leaves.append(left)
      leaves.append(right)
    }
    for leaf in leaves {
      let value = -leaf.gradient / (leaf.hessian + options.l2) * options.learningRate
      nodes.value[leaf.node] = Float(value)
    }
    return Int32(root)
  }

  private func addNode(_ nodes: inout GradientBoostedTrees.Nodes) -> Int {
    nodes.feature.append(-1)
    nodes.threshold.append(0)
    nodes.left.append(0)
    nodes.right.append(0)
    nodes.value.append(0)
    return nodes.feature.count - 1
  }

  private func divide(
    _ parent: Leaf, _ nodes: inout GradientBoostedTrees.Nodes
  ) -> (Leaf, Leaf) {
    let feature = features[parent.split.feature]
    let column = feature * binned.source.rows
    var (leftRows, rightRows) = ([UInt32](), [UInt32]())
    for row in parent.rows {
      if Int(binned.bins[column + Int(row)]) <= parent.split.bin {
        leftRows.append(row)
      } else {
        rightRows.append(row)
      }
    }
    nodes.feature[parent.node] = Int32(feature)
    nodes.threshold[parent.node] = binned.bounds[feature][parent.split.bin]
    let (left, right) = (addNode(&nodes), addNode(&nodes))
    nodes.left[parent.node] = Int32(left)
    nodes.right[parent.node] = Int32(right)
    // The larger child's histogram is its parent's less the smaller child's.
    let leftIsSmall = leftRows.count <= rightRows.count
    let small = leaf(
      leftIsSmall ? leftRows : rightRows, node: leftIsSmall ? left : right,
      depth: parent.depth + 1, histogram: nil)
    var rest = parent.histogram
    for index in rest.indices { rest[index] -= small.histogram[index] }
    let large = leaf(
      leftIsSmall ? rightRows : leftRows, node: leftIsSmall ? right : left,
      depth: parent.depth + 1, histogram: rest)
    return leftIsSmall ? (small, large) : (large, small)
  }

  private func leaf(_ rows: [UInt32], node: Int, depth: Int, histogram: [Double]?) -> Leaf {
    var ordered = [Float]()
    ordered.reserveCapacity(2 * rows.count)
    var (gradient, hessian) = (0.0, 0.0)
    for row in rows {
      ordered.append(pairs[2 * Int(row)])
      ordered.append(pairs[2 * Int(row) + 1])
      gradient += Double(pairs[2 * Int(row)])
      hessian += Double(pairs[2 * Int(row) + 1])
    }
    var leaf = Leaf(
      node: node, depth: depth, rows: rows, gradient: gradient, hessian: hessian,
      histogram: histogram ?? buildHistogram(rows, ordered))
    if depth < options.maximumDepth, rows.count >= 2 * options.minimumRows {
      leaf.split = bestSplit(leaf)
    }
    return leaf
  }

  private func buildHistogram(_ rows: [UInt32], _ ordered: [Float]) -> [Double] {
    let size = 2 * Self.binCount
    var histogram = [Double](repeating: 0, count: features.count * size)
    histogram.withUnsafeMutableBufferPointer { histogram in
      binned.bins.withUnsafeBufferPointer { bins in
        guard let target = histogram.baseAddress, let source = bins.baseAddress else { return }
        for (place, feature) in features.enumerated() {
          fk_histogram(
            source + feature * binned.source.rows, rows, ordered, rows.count,
            target + place * size)
        }
      }
    }
    return histogram
  }

  /// The split of most gain, ½(G_L²/(H_L+λ) + G_R²/(H_R+λ) − G²/(H+λ)), the first among equals.
  private func bestSplit(_ leaf: Leaf) -> Split {
    var best = Split()
    let before = leaf.gradient * leaf.gradient / (leaf.hessian + options.l2)
    leaf.histogram.withUnsafeBufferPointer { histogram in
      for place in features.indices {
        let base = place * 2 * Self.binCount
        var (gradient, hessian) = (0.0, 0.0)
        for bin in binned.bounds[features[place]].indices {
          gradient += histogram[base + 2 * bin]
          hessian += histogram[base + 2 * bin + 1]
          let (otherGradient, otherHessian) = (leaf.gradient - gradient, leaf.hessian - hessian)
          guard hessian >= options.minimumHessian, otherHessian >= options.minimumHessian else {
            continue
          }
          let after =
            gradient * gradient / (hessian + options.l2)
            + otherGradient * otherGradient / (otherHessian + options.l2)
          let gain = (after - before) / 2
          if gain > best.gain + 1e-12 { best = Split(gain: gain, feature: place, bin: bin) }
        }
      }
    }
    guard best.feature >= 0 else { return best }
    let column = features[best.feature] * binned.source.rows
    let left = leaf.rows.count { Int(binned.bins[column + Int($0)]) <= best.bin }
    // The histogram does not count rows; a best split with too few of them ends the leaf.
    return min(left, leaf.rows.count - left) >= options.minimumRows ? best : Split()
  }
}
