import GRDB

/// The tables; a migration that was released is never edited.
enum StoreTables {
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
