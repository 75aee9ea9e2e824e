import Kernel
import Model

/// Who knows every namespace of the host by the name it goes by.
///
/// The tracer sees namespaces being made, named and entered; what they are called is decided by whoever keeps the list.
public protocol NamespaceDirectory: AnyObject {
    /// The role of a namespace: `host`, `pod'`, `ns(ip)#1`.
    func role(of id: NetworkNamespaceID) -> String
    /// Whether the namespace is on the list.
    func isKnown(_ id: NetworkNamespaceID) -> Bool
    /// The name of a device of the host with this hardware address, in any namespace; nil where there is none.
    func device(withAddress address: [UInt8]) -> String?
    /// The namespace that bears this name now.
    func bearer(of name: String) -> NamespaceHandle?
    /// The role that the next one made by a thread will have; `creator` names that thread in every run.
    func nextRole(creator: String) -> String
    /// A thread has made a namespace by the operation with that key; returns its role.
    func made(_ handle: NamespaceHandle, by key: String, creator: String) -> String
    /// A namespace was given a name below /run/netns.
    func named(_ handle: NamespaceHandle, _ name: String)
}

/// What decides about operations, and is told what becomes of the processes.
public protocol InterceptorDelegate: AnyObject {
    /// A thread stands before its operations: `false` holds it until `Interceptor.release`.
    func interceptor(_ interceptor: Interceptor, mayPerform stop: Stop) -> Bool
    /// A thread is about to make a call that `Stop.mounting` says is to be prepared, or answered: `false` holds it until
    /// `Interceptor.release`, after which this is not asked again.
    func interceptor(_ interceptor: Interceptor, mayChangeMounts stop: Stop) -> Bool
    /// A thread stands after its operations: `false` holds it until `Interceptor.release`.
    func interceptor(_ interceptor: Interceptor, mayGoOnAfter stop: Stop) -> Bool
    /// An operation has ended, or will never: results are final. In the order in which operations began.
    func interceptor(_ interceptor: Interceptor, recorded operation: Operation)
    /// An operation takes so long that those behind it are recorded before it: its place in the record is to be kept.
    func interceptor(_ interceptor: Interceptor, keepsPlaceOf index: Int)
    /// A failure that was asked for has reached the agent: it has read the errno.
    func interceptor(_ interceptor: Interceptor, deliveredFailureOf operation: Operation)
    /// A failure, or an interruption, that was asked for can not reach the agent; `hadNothing` says that the answer is none that
    /// it could act on.
    func interceptor(
        _ interceptor: Interceptor, notDelivered operation: Operation, because reason: String, hadNothing: Bool)
    /// A process has ended: `signal` where a signal killed it, else the exit status.
    func interceptor(_ interceptor: Interceptor, ended process: TracedProcess, status: Int32, signal: Int32?)
    /// A child that is not traced has ended, such as pid 1 of the host.
    func interceptor(_ interceptor: Interceptor, untracedEnded process: Int32, signal: Int32?)
    /// Something was done that the agent could notice.
    func interceptor(_ interceptor: Interceptor, disturbed what: String)
    /// Something was done that the tracer cannot see, or can see only in part.
    func interceptor(_ interceptor: Interceptor, unseen what: String)
    /// The run is no evidence: an agent did what cannot be traced, or somebody else had a hand in it.
    func interceptor(_ interceptor: Interceptor, cannotTrace why: String)
}

extension InterceptorDelegate {
    /// Whoever keeps nothing apart prepares nothing.
    public func interceptor(_ interceptor: Interceptor, mayChangeMounts stop: Stop) -> Bool { true }
    /// Whoever asks for no failure is told of none.
    public func interceptor(
        _ interceptor: Interceptor, notDelivered operation: Operation, because reason: String, hadNothing: Bool
    ) {}
}
