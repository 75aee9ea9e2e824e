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

    func run() throws { try WorkerMain.run(control: Self.control, life: Self.life, cpu: cpu) }
}
