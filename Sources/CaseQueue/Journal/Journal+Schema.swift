import GRDB

extension Journal {
  /// The schema, version by version. A version that was released is never changed.
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { try $0.execute(sql: version1) }
    // A sidecar as JSON, as the report has it.
    migrator.registerMigration("2") {
      try $0.execute(sql: "ALTER TABLE exhibits ADD COLUMN sidecar TEXT")
    }
    migrator.registerMigration("interruptions") {
      try $0.execute(
        sql: "ALTER TABLE exhibits ADD COLUMN interruptions INTEGER NOT NULL DEFAULT 0")
    }
    migrator.registerMigration("recurring") {
      try $0.execute(
        sql: "ALTER TABLE transitions ADD COLUMN times INTEGER NOT NULL DEFAULT 0")
    }
    return migrator
  }

  private static let version1 = """
    CREATE TABLE inboxes(
      number INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      path TEXT NOT NULL,
      UNIQUE(name, path));

    CREATE TABLE exhibits(
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      inbox INTEGER NOT NULL REFERENCES inboxes(number),
      folder BLOB NOT NULL,
      name BLOB NOT NULL,
      sha256 BLOB NOT NULL,
      size INTEGER NOT NULL,
      modified INTEGER NOT NULL,
      received INTEGER NOT NULL,
      disposition TEXT NOT NULL,
      inode INTEGER,
      birth INTEGER,
      rebuilt INTEGER NOT NULL DEFAULT 0,
      state TEXT NOT NULL,
      since INTEGER NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0,
      due INTEGER NOT NULL,
      place TEXT NOT NULL UNIQUE,
      same_bytes_as TEXT,
      fingerprint TEXT,
      leaning TEXT,
      probability REAL,
      error_code TEXT,
      error_message TEXT,
      error_mend TEXT);
    CREATE INDEX exhibits_sha256 ON exhibits(sha256);
    CREATE INDEX exhibits_inode ON exhibits(inode) WHERE inode IS NOT NULL;
    CREATE INDEX exhibits_rebuilt ON exhibits(rebuilt) WHERE rebuilt = 1;
    CREATE INDEX exhibits_waiting ON exhibits(due) WHERE state IN ('queued', 'failed');
    CREATE INDEX exhibits_examining ON exhibits(number) WHERE state = 'examining';
    CREATE INDEX exhibits_finished ON exhibits(since)
      WHERE state IN ('reported', 'quarantined');

    CREATE TABLE transitions(
      exhibit INTEGER NOT NULL REFERENCES exhibits(number),
      step INTEGER NOT NULL,
      time INTEGER NOT NULL,
      state TEXT NOT NULL,
      cause TEXT NOT NULL,
      PRIMARY KEY(exhibit, step)) WITHOUT ROWID;

    -- Kept by triggers, so that a status costs the same at a million rows as at ten.
    CREATE TABLE counters(state TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
    INSERT INTO counters VALUES ('received', 0), ('settled', 0), ('queued', 0),
      ('examining', 0), ('reported', 0), ('failed', 0), ('quarantined', 0);
    CREATE TRIGGER exhibits_inserted AFTER INSERT ON exhibits BEGIN
      UPDATE counters SET count = count + 1 WHERE state = NEW.state;
    END;
    CREATE TRIGGER exhibits_moved AFTER UPDATE OF state ON exhibits
    WHEN OLD.state <> NEW.state BEGIN
      UPDATE counters SET count = count - 1 WHERE state = OLD.state;
      UPDATE counters SET count = count + 1 WHERE state = NEW.state;
    END;
    CREATE TRIGGER exhibits_deleted AFTER DELETE ON exhibits BEGIN
      UPDATE counters SET count = count - 1 WHERE state = OLD.state;
    END;

    CREATE TABLE facts(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
    """
}
