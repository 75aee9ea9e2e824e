import GRDB

/// The tables; a migration that was released is never edited.
enum StoreTables {
    /// Makes the tables that are missing.
    ///
    /// Which those are is read before the lock for writing is held, so of two processes that begin at once one finds that the
    /// other was faster: as long as there are more tables than before, it looks again.
    static func migrate(_ database: DatabaseQueue) throws {
        let migrator = migrator
        while true {
            let before = try database.read(applied)
            do {
                return try migrator.migrate(database)
            } catch {
                guard try database.read(applied) != before else { throw error }
            }
        }
    }

    /// Whether all tables are there.
    ///
    /// - Throws: `StoreError` when a newer version has written it, or nothing but another program.
    @discardableResult
    static func check(_ database: DatabaseQueue, _ path: String) throws -> Bool {
        let applied = try database.read(applied)
        guard applied.isSubset(of: migrator.migrations) else {
            throw StoreError(path, "a newer version of tocsin has written it")
        }
        guard !applied.isEmpty else { throw StoreError(path, "it holds no results") }
        return applied.count == migrator.migrations.count
    }

    /// The migrations that were made, also of newer versions; none where there is no table of them.
    static func applied(_ database: Database) throws -> Set<String> {
        try database.tableExists("grdb_migrations") ? migrator.appliedIdentifiers(database) : []
    }

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: runs, plans, records, findings, deliveries") { database in
            try database.create(table: "run") { table in
                table.primaryKey("id", .text)
                table.column("began", .double).notNull()
                table.column("duration", .integer)
                table.column("status", .integer)
                table.column("arguments", .text).notNull()
                table.column("versions", .text).notNull()
            }
            try database.create(table: "plan") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("run", .text).notNull().references("run", onDelete: .cascade)
                table.column("number", .integer).notNull()
                table.column("name", .text).notNull()
                table.column("scenario", .text).notNull().indexed()
                table.column("verdict", .text).notNull()
                table.column("folder", .text).notNull()
                table.column("replay", .text).notNull()
                table.column("judgement", .text).notNull()
                table.uniqueKey(["run", "number"])
            }
            try database.create(table: "record") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("plan", .integer).notNull().indexed().references("plan", onDelete: .cascade)
                table.column("path", .text).notNull()
                table.column("role", .text).notNull()
                table.column("digest", .text).notNull()
            }
            try database.create(table: "finding") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("plan", .integer).notNull().indexed().references("plan", onDelete: .cascade)
                table.column("fingerprint", .text).notNull().indexed()
                table.column("oracle", .text).notNull()
                table.column("subject", .text).notNull()
                table.column("severity", .text).notNull()
                table.column("cwe", .text).notNull()
                table.column("inControl", .boolean).notNull()
                table.column("expected", .boolean).notNull()
                table.column("hits", .integer).notNull()
                table.column("runs", .integer).notNull()
            }
            try database.create(table: "delivery") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("plan", .integer).notNull().indexed().references("plan", onDelete: .cascade)
                table.column("run", .integer).notNull()
                table.column("fault", .text).notNull()
                table.column("key", .text).notNull().indexed()
                table.column("delivered", .boolean).notNull()
                table.column("held", .integer).notNull()
            }
        }
        // A plan is known by its digest and not by its place, so that runs of several machines can be put together.
        migrator.registerMigration("2: digests of plans") { database in
            try database.create(table: "newPlan") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("run", .text).notNull().references("run", onDelete: .cascade)
                table.column("digest", .text).notNull().indexed()
                table.column("number", .integer).notNull()
                table.column("name", .text).notNull()
                table.column("scenario", .text).notNull()
                table.column("verdict", .text).notNull()
                table.column("folder", .text).notNull()
                table.column("replay", .text).notNull()
                table.column("judgement", .text).notNull()
                table.uniqueKey(["run", "digest"])
            }
            try database.execute(
                sql: """
                    INSERT INTO newPlan (id, run, digest, number, name, scenario, verdict, folder, replay, judgement)
                    SELECT id, run, 'number ' || number, number, name, scenario, verdict, folder, replay, judgement FROM plan
                    """)
            try database.drop(table: "plan")
            try database.rename(table: "newPlan", to: "plan")
            try database.create(index: "plan_on_scenario", on: "plan", columns: ["scenario"])
        }
        return migrator
    }
}
