import ArgumentParser
import Worker

/// The process that turns plans into records; `tocsin` starts it, nobody else.
struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "__worker", shouldDisplay: false)

    /// The descriptor of its end of the socket.
    static let control: Int32 = 3

    /// The descriptor of a pipe whose other end is held as long as its hosts may live.
    static let life: Int32 = 4

    @Option(help: "The CPU that it and its host share; without it, all.")
    var cpu: Int?

    /// The descriptor of the file whose lock is the turn on its CPU, where it shares that with other workers.
    static let turn: Int32 = 5

    @Option(help: "So many workers are on its CPU, of which one at a time lets agents run.")
    var sharers = 1

    func run() throws {
        try WorkerMain.run(
            control: Self.control, life: Self.life, cpu: cpu, turn: sharers > 1 ? Self.turn : nil,
            sharers: sharers)
    }
}
