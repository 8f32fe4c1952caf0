//! An app is updated over what an older one left. Every schema that was ever shipped lies in `fixtures/schema` as
//! the file of a device: two notices, one of them of a kind that the older app could not read, a school, a star.

use super::{notice, rows, titles};
use rusqlite::Connection;
use std::{fs, path::Path};
use weimenhu_domain::Collection;
use weimenhu_tests::world::World;

fn restore(file: &str, to: &Path) -> anyhow::Result<()> {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/schema")
        .join(file);
    assert!(fixture.exists(), "a shipped schema without a fixture: {file}");
    let sql = fs::read_to_string(&fixture)?;
    Ok(Connection::open(to)?.execute_batch(&sql)?)
}

fn version(file: &Path) -> u32 {
    let conn = Connection::open(file).unwrap();
    conn.pragma_query_value(None, "user_version", |r| r.get(0))
        .unwrap()
}

#[tokio::test]
async fn every_shipped_schema_is_taken_over_with_its_marks_and_goes_on() {
    let mut world = World::with(&[("notices", &[notice("c", 3, "停课")])]).unwrap();
    drop(world.device("new", &[]).unwrap());
    let new = world.folder.path().join("new");
    let (cities, mines) = (version(&new.join("city.db")), version(&new.join("mine.db")));
    for (city, mine) in (1..=cities).flat_map(|c| (1..=mines).map(move |m| (c, m))) {
        let name = format!("phone-{city}-{mine}");
        let folder = world.folder.path().join(&name);
        fs::create_dir(&folder).unwrap();
        restore(&format!("city-{city}.sql"), &folder.join("city.db")).unwrap();
        restore(&format!("mine-{mine}.sql"), &folder.join("mine.db")).unwrap();

        world.cut();
        let device = world.device(&name, &[]).unwrap();
        device.open_dump().await.unwrap();
        assert_eq!(
            titles(&device),
            ["放假", "开学"],
            "{name}: also what the older app could not read"
        );
        assert!(rows(&device, Collection::Notices)[1].starred, "{name}");
        world.start().unwrap();
        device.sync().await.unwrap();
        assert_eq!(titles(&device), ["停课"], "{name}: another history of the server");
        assert_eq!(version(&folder.join("city.db")), cities, "{name}");
    }
}
