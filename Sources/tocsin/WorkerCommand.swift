import ArgumentParser
import Worker

/// The process that turns plans into records; `tocsin` starts it, nobody else.
struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "__worker", shouldDisplay: false)

    /// The descriptor of its end of the socket.
    static let control: Int32 = 3

    @Option(help: "The CPU that it and its host share; without it, all.")
    var cpu: Int?

    func run() throws { try WorkerMain.run(control: Self.control, cpu: cpu) }
}
