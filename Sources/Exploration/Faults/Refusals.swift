import Faults
import Model

/// The kernel refuses the operation, with each error that the table has for it.
struct Refusals: FaultSource {
    let name = "refusals"
    let meaning = "`fail` before it, once for each error that the kernel can answer to such a request"

    func actions(in situation: Situation) -> [Action] {
        guard situation.side == .before, let request = ErrnoTable.request(of: situation.place.operation.phrase) else {
            return []
        }
        return request.answers.map { .fail(errno: $0.number) }
    }
}
