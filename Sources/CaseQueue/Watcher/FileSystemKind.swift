import CLinux
import ForensicCore

/// Whether a file system tells the kernel of changes that others make to it.
package enum FileSystemKind {
  /// The name of a file system that gives no reliable events, by its magic number
  /// (`statfs(2)`); `nil` for one that does.
  package static func withoutEvents(_ magic: UInt64) -> String? {
    switch magic {
    case 0x6969: "NFS"
    case 0x517B, 0xFF53_4D42, 0xFE53_4D42: "SMB"
    case 0x6573_5546: "FUSE"
    case 0x0102_1997: "9p"
    case 0x00C3_6400: "Ceph"
    case 0x5346_414F, 0x6B41_4653: "AFS"
    case 0x7375_7245: "Coda"
    case 0x0BD0_0BD0: "Lustre"
    case 0x0116_1970: "GFS2"
    case 0x7461_636F: "OCFS2"
    case 0x786F_4256: "VirtualBox shared folder"
    default: nil
    }
  }

  package static func withoutEvents(_ folder: Folder) -> String? {
    withoutEvents(fcl_file_system(folder.descriptor))
  }
}
