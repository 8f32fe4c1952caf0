//! The figures of the departments are the same on a device, which has the public letters alone, and in the city's
//! report: also where letters were rerouted, rightly or not, and opened again.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::{collections::BTreeMap, fs, time::Duration};
use weimenhu_core::{Client, Config, view::DepartmentFigures};
use weimenhu_domain::petition::{Action, Rating, Role};
use weimenhu_server::petition::{
    self,
    act::{Actor, Order, act},
    city_day,
    report::{Asked, By, Line, figures},
    submit::{self, Submission},
};
use weimenhu_tests::world::{World, device_config};

const OFFICE: Actor = Actor {
    role: Role::Reviewer,
    staff: 1,
    department: 0,
};

/// A letter sent, and what then happened: how many days ago, and by which department; 0 for the Office and the writer.
type Life = &'static [(i64, i64, Action)];

const LIVES: &[Life] = &[
    // Slept upon by the first until it was taken away; the second answers at once.
    &[
        (20, 1, Action::Route),
        (15, 2, Action::Reroute),
        (14, 2, Action::Respond),
        (14, 2, Action::Resolve),
    ],
    // Rightly returned, decided after the response was due: nobody's fault. Open.
    &[
        (9, 1, Action::Route),
        (9, 1, Action::Return),
        (3, 2, Action::Reroute),
    ],
    // Answered late, rated badly, opened again, and then given to the other.
    &[
        (40, 1, Action::Route),
        (5, 1, Action::Resolve),
        (5, 0, Action::Rate),
        (4, 0, Action::ConfirmReopen),
        (2, 2, Action::Reroute),
    ],
    // Answered, rated badly, opened again and answered once more by the same.
    &[
        (30, 2, Action::Route),
        (29, 2, Action::Resolve),
        (29, 0, Action::Rate),
        (28, 0, Action::ConfirmReopen),
        (20, 2, Action::Resolve),
    ],
    // Open for ever, until somebody asks about it; and one that never went elsewhere.
    &[(40, 1, Action::Route)],
    &[
        (3, 2, Action::Route),
        (3, 2, Action::Respond),
        (2, 2, Action::Resolve),
    ],
];

async fn lives(desk: &weimenhu_server::City, n: usize, life: Life, now: Timestamp) {
    let ago = |days: i64| now.checked_sub(SignedDuration::from_hours(days * 24)).unwrap();
    let letter = json!({"kind": "help", "title": "示例", "text": "示例：路灯不亮", "visibility": "public", "consent": true});
    let body = letter.to_string();
    let letter: Submission = serde_json::from_value(letter).unwrap();
    let key = format!("key-of-the-letter-{n}");
    let from = ("app", Actor::WRITER);
    let receipt = submit::submit(desk, &key, body.as_bytes(), &letter, from, ago(41))
        .await
        .unwrap();
    let id = receipt.number.count().into();
    for (days, department, action) in life {
        let who = match action {
            Action::Route | Action::Reroute | Action::ConfirmReopen => OFFICE,
            Action::Rate => Actor::WRITER,
            _ => Actor {
                role: Role::Handler,
                staff: 2,
                department: *department,
            },
        };
        let order = Order {
            department: *department,
            text: "示例".into(),
            reason: "示例".into(),
            rating: Some(Rating::Bad),
            upheld: life.iter().any(|(_, _, a)| *a == Action::Return),
            ..Order::new(*action)
        };
        act(desk, id, who, &order, ago(*days)).await.unwrap();
    }
}

/// What both sides say, in one form.
type Said = (
    u32,
    u32,
    Option<f64>,
    Option<f64>,
    u32,
    u32,
    Option<f64>,
    Option<i32>,
);

fn reported(line: &Line) -> Said {
    let good: u32 = line.grades[..3].iter().sum();
    let satisfied = (line.rated() > 0).then(|| f64::from(good) * 100.0 / f64::from(line.rated()));
    (
        line.routed,
        line.answered,
        line.response_rate(),
        line.answer_rate(),
        line.red,
        line.supervised,
        satisfied,
        line.within(50),
    )
}

fn counted(line: &DepartmentFigures) -> Said {
    (
        line.routed,
        line.answered,
        line.respond_rate,
        line.resolve_rate,
        line.red,
        line.supervised,
        line.satisfied,
        line.median_days.map(|days| days.try_into().unwrap()),
    )
}

#[tokio::test]
async fn a_device_counts_as_the_city_does_also_after_letters_went_elsewhere() {
    let agency = |id: &str, name: &str| json!({"id": id, "name": name, "kind": "市级部门"});
    let mut world =
        World::with(&[("agencies", &[agency("a", "示例局一"), agency("b", "示例局二")])]).unwrap();
    let settings = world.data().join("letters.toml");
    fs::write(&settings, "proof_of_work = 50\n").unwrap();
    world
        .start_with(&["--config", settings.to_str().unwrap()])
        .unwrap();
    let config = weimenhu_server::Config::in_dir(&world.data()).unwrap();
    let desk = weimenhu_server::City::open(config).await.unwrap();
    let now = Timestamp::now();
    // As the server does at its start, which may be still at it.
    petition::set_up(&desk, now).await.unwrap();
    for (n, life) in LIVES.iter().enumerate() {
        lives(&desk, n, life, now).await;
    }
    let today = city_day(now);
    let asked = Asked {
        from: today.checked_sub(jiff::Span::new().days(60)).unwrap(),
        until: today,
        kind: None,
        county: String::new(),
        by: By::Department,
    };
    let config = device_config(&world.folder.path().join("phone"), &world.address()).unwrap();
    let device = Client::open(Config {
        now: Timestamp::now,
        ..config
    })
    .unwrap();
    let (mut city, mut here) = (BTreeMap::new(), BTreeMap::new());
    // The engine gives 督办 in its own time, and the device hears of it later: in the end both say the same.
    for _ in 0..240 {
        let lines = figures(&desk, &asked, Timestamp::now()).await.unwrap().lines;
        city = lines[1..].iter().map(|l| (l.name.clone(), reported(l))).collect();
        if device.sync().await.is_ok() {
            let all = device.department_figures().unwrap();
            here = all.iter().map(|l| (l.department.clone(), counted(l))).collect();
        }
        let supervised: u32 = city.values().map(|said: &Said| said.5).sum();
        if supervised > 0 && city == here {
            break;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    assert_eq!(here, city);
    let told = |name: &str| here[name];
    assert_eq!(
        (told("示例局一").0, told("示例局一").1),
        (4, 1),
        "what it was given stays its own"
    );
    assert_eq!((told("示例局二").0, told("示例局二").1), (5, 3));
}
