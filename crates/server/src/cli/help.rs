//! The longer helps: what an operator needs to know before the command, and what to type.

pub(super) const IMPORT_HELP: &str = "\
Every row is checked before any is written. With a bad row nothing is imported and the exit code is 2, unless
--skip-bad is given. Importing the same file again changes nothing. CSV may be UTF-8 or GB18030. Pictures and
attachments are files below the folder of FILE; addresses on the network are not fetched, but reported.

Without --map, columns are the record's own field names, plus `id`. A mapping file:
  id = \"no\"                       # the source's own id; or { columns = [\"year\", \"no\"], join = \"-\" }
  source_system = \"cctv\"          # who gave those ids; default: import
  [fields]
  title = \"bt\"                    # a column; in JSON lines a dotted path such as \"content.title\"
  source = { value = \"央视网\" }   # the same for every row
  published = { column = \"date\", format = \"%Y-%m-%d\" }    # city time (+08:00)
  phones = { column = \"tel\", split = \"、\" }
  location = { lat = \"y\", lng = \"x\", datum = \"gcj02\" }    # or bd09; converted to WGS-84
  county = { column = \"areaCode\", table = { \"330302\" = \"鹿城区\" } }
  kind = { column = \"lx\", default = \"通知\" }
  pictures = { column = \"img\", split = \";\" }

Examples:
  weimenhu-server import phones phones.csv --dry-run
  weimenhu-server import notices export.csv --map notices.toml --publish
  weimenhu-server import agencies agencies.jsonl --take-import";

pub(super) const AUDIT_HELP: &str = "\
Every event is hashed together with the one before, and the hash of the newest is in every head that is signed
(`audit_root`). Whoever writes the log anew has to sign for another root than devices and mirrors hold: keep a head now
and then where the server's administrators cannot reach it. The exit code is 2 when a root is not in the log; after
`restore` that is so for the roots of what was lost.

Examples:
  weimenhu-server audit
  weimenhu-server audit --root 5f0c…            (audit_root of a head that was kept)";

pub(super) const BACKUP_HELP: &str = "\
The tar holds the database at one moment, pictures, attachments, files of letters and the key lists. It does not hold
keys, unless --with-keys is given: keep copies of keys/letters.key and keys/head.key apart from the backups, in a safe.
Without letters.key a backup can not be restored. Settings files are not in it either.

What is erased later stays in older backups: delete them in time (30 days is usual).

Examples:
  weimenhu-server backup /backup/weimenhu            (from cron, every night)
  weimenhu-server backup before-update.tar";

pub(super) const RESTORE_HELP: &str = "\
Stop the old server first; two servers of one city are never right. The restored city begins new lineages: every device
takes it as a whole with its next sync, whatever it has seen. Publications, record ids and receipt numbers that may have
been given since the backup are skipped.

Letters sent since the backup are gone from the server; the app tells their writers, who can send them again. Messages
that waited at the moment of the backup are sent again. Everybody at the desk signs in anew.

What was erased since the backup is learnt from what was served last: from --objects-dir where it survived, or from a
copy of a mirror (--served). With --served-is-lost nothing tells it: erase it again by hand, at once.

Examples:
  weimenhu-server restore weimenhu-20261126-020000Z.tar --letters-key /media/safe/letters.key     (objects survived)
  weimenhu-server restore night.tar --letters-key letters.key --served /mnt/mirror/sync/v1
  weimenhu-server restore night.tar --letters-key letters.key --served-is-lost";
