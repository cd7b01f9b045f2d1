/// Order statistics without a full sort (Hoare's selection, Communications of the ACM, 1961).
package enum OrderStatistic {
  /// The value at `rank` (0 for the smallest) of `values`, which are reordered. Linear on average.
  /// - Precondition: `rank` is an index of `values`.
  package static func value(at rank: Int, of values: inout [Int64]) -> Int64 {
    values.withUnsafeMutableBufferPointer { values in
      var (low, high) = (0, values.count - 1)
      while low < high {
        let pivot = values[(low + high) / 2]
        var (left, right) = (low, high)
        while left <= right {
          while values[left] < pivot { left += 1 }
          while values[right] > pivot { right -= 1 }
          if left <= right {
            values.swapAt(left, right)
            left += 1
            right -= 1
          }
        }
        if rank <= right {
          high = right
        } else if rank >= left {
          low = left
        } else {
          break
        }
      }
      return values[rank]
    }
  }
}
