import Kernel
import Model

extension [MountEntry] {
    /// `mount PATH` of each mount but the names of namespaces: its type, and which namespace it is where it is one.
    ///
    /// - Parameter role: The role of the namespace with that inode in nsfs, `net:[4026532460]`.
    func facts(role: (String) -> String?) -> [Fact] {
        filter { !($0.type == "nsfs" && $0.point.hasPrefix("/run/netns/")) }.map { mount in
            var attributes = ["type": mount.type]
            attributes["netns"] = role(mount.root)
            return Fact(object: "mount", mount.point, attributes)
        }
    }
}
