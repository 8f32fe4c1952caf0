//! The tables of 网络问政, as one step of [`super::super::migrations`].
//!
//! What identifies a writer stands in few places: `petition.contact`, `names`, `address`, `location` and
//! `petition_message.recipient` (sealed), and `wording.original`. An event refers to words and never holds them, so
//! words can be erased and events need not be.

/// Indexes in the whole order of what is read page by page: with less than that, every page of the queue and of the
/// engine's scan sorts all rows again (13 s of 100,000 letters, measured in SQLite alone).
pub const PAGED: &[&str] = &[
    "DROP INDEX petition_queue",
    "CREATE INDEX petition_queue ON petition (state, next_due, id)",
    "DROP INDEX petition_lead",
    "CREATE INDEX petition_lead ON petition (lead, next_due, id)",
    "CREATE INDEX delivery_running ON delivery (ended, petition, number)",
];

/// The numbers of days of the city as rows: before, one text in `meta` that no page could set.
pub const POLICY: &[&str] = &["CREATE TABLE policy_rule (
        id BIGINT NOT NULL PRIMARY KEY,            -- our own number
        number TEXT NOT NULL,                      -- policy::Number::name
        days BIGINT NOT NULL,                      -- days, working days where the number is of those
        from_day TEXT NOT NULL,                    -- first day zero that it holds for
        until_day TEXT NOT NULL DEFAULT ''         -- last; empty: for ever
    )"];

/// Rules of messages hold for a time and may have words of the city's own; a message keeps the words it was sent with.
pub const MESSAGES: &[&str] = &[
    // Long before any letter.
    "ALTER TABLE message_rule ADD COLUMN from_day TEXT NOT NULL DEFAULT '2000-01-01'",
    "ALTER TABLE message_rule ADD COLUMN until_day TEXT NOT NULL DEFAULT ''", // last day; empty: for ever
    "UPDATE message_rule SET until_day = '2000-01-01' WHERE active = 0",
    "ALTER TABLE message_rule DROP COLUMN active",
    "ALTER TABLE message_rule ADD COLUMN text TEXT NOT NULL DEFAULT ''", // with {number}, {step}, {due}; empty: the template's
    "ALTER TABLE petition_message ADD COLUMN text TEXT NOT NULL DEFAULT ''", // as it is read; {code} where a code stands
    // What a department reads of its own, the newest first.
    "CREATE INDEX petition_message_recipient ON petition_message (recipient, id)",
    // Which letters go on in one, at each of its steps; and what the letters of a department cost it.
    "CREATE INDEX petition_merged_into ON petition (merged_into)",
    "CREATE INDEX deduction_department ON deduction (department, id)",
];

/// What is still kept of writers whose letters have ended: their list must not pass over all that was erased in years.
/// And what one person of the staff did, or all that was done of one sort, in the whole order of the log: without that,
/// the page of somebody who has done little walks all of it.
pub const KEPT: &[&str] = &[
    "ALTER TABLE petition ADD COLUMN erased BIGINT NOT NULL DEFAULT 0", // 1: the writer's data was erased
    "UPDATE petition SET erased = 1 WHERE id IN (SELECT petition FROM petition_event WHERE action = 'erase')",
    // Of letters that nobody reads any more a server of before erased what was written, and kept what had been approved.
    "UPDATE wording SET shown = '', approved = 0
        WHERE sort IN ('title', 'letter', 'supplement', 'rating', 'appeal') AND petition IN
            (SELECT id FROM petition WHERE erased = 1 AND (visibility <> 'public' OR state IN ('declined', 'withdrawn')))",
    "CREATE INDEX petition_kept ON petition (state, id) WHERE erased = 0",
    "CREATE INDEX petition_event_actor ON petition_event (actor, seq)",
    "CREATE INDEX petition_event_action ON petition_event (action, seq)",
];

/// What waits for somebody of the staff: marks on the letter, each with an index of those that bear it. They are few, and
/// without an index every page would be looked for among all letters. The conditions are those of `super::waiting`, word
/// for word.
pub const WAITING: &[&str] = &[
    "ALTER TABLE wording ADD COLUMN judged BIGINT NOT NULL DEFAULT 0", // 1: somebody said what is public of it, or nothing
    "UPDATE wording SET judged = 1 WHERE approved = 1",
    "CREATE INDEX wording_unjudged ON wording (petition) WHERE judged = 0",
    "ALTER TABLE petition ADD COLUMN unjudged BIGINT NOT NULL DEFAULT 0", // 1: it is public, and some of its words are not judged
    "UPDATE petition SET unjudged = 1
        WHERE visibility = 'public' AND state IN ('routed', 'responded', 'resolved', 'reopened', 'closed') AND id IN
            (SELECT petition FROM wording WHERE judged = 0 AND original <> ''
                AND sort IN ('title', 'letter', 'supplement', 'response', 'answer', 'rating'))",
    "ALTER TABLE petition ADD COLUMN proposed BIGINT NOT NULL DEFAULT 0", // 1: an answer waits for the head of the lead department
    "UPDATE petition SET proposed = 1
        WHERE state IN ('routed', 'responded', 'reopened') AND id IN
            (SELECT petition FROM wording WHERE sort = 'proposal' AND department = petition.lead)",
    "CREATE INDEX petition_unjudged ON petition (next_due, id) WHERE unjudged = 1",
    "CREATE INDEX petition_proposed ON petition (next_due, id) WHERE proposed = 1",
    "CREATE INDEX petition_dispute ON petition (next_due, id) WHERE dispute = 1",
    "CREATE INDEX petition_extension ON petition (next_due, id) WHERE extension <> ''",
    "CREATE INDEX petition_reopening ON petition (next_due, id) WHERE reopening = 1",
    "CREATE INDEX petition_erase_asked ON petition (next_due, id) WHERE erase_asked = 1",
    "CREATE INDEX deduction_contested ON deduction (petition) WHERE state = 'contested'",
];

/// Lost receipts: a letter is found by its phone, and gets a second receipt.
pub const RECOVERY: &[&str] = &[
    // Keyed hash of the phone; '-': none; '' not looked at yet, see petition::recovery::hash_phones.
    "ALTER TABLE petition ADD COLUMN phone TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX petition_phone ON petition (phone)",
    "CREATE TABLE receipt_again (
        token TEXT NOT NULL PRIMARY KEY,           -- keyed hash of the second tracking token
        petition BIGINT NOT NULL,                  -- the letter
        code TEXT NOT NULL,                        -- keyed hash of the second query code
        made_ms BIGINT NOT NULL                    -- when it was given
    )",
    "CREATE INDEX receipt_again_petition ON receipt_again (petition)",
];

/// The step. A statement that begins with `-- sqlite` or `-- postgres` is for that database alone.
pub const LETTERS: &[&str] = &[
    "CREATE TABLE department (
        id BIGINT NOT NULL PRIMARY KEY,            -- our own number
        name TEXT NOT NULL,                        -- as the agency is published
        county TEXT NOT NULL DEFAULT '',           -- whose, empty for the city's
        head_approves BIGINT NOT NULL DEFAULT 0,   -- 1: answers wait for the head
        active BIGINT NOT NULL DEFAULT 1           -- 0: nothing new is routed to it
    )",
    "CREATE UNIQUE INDEX department_name ON department (name)",
    "CREATE TABLE petition (
        id BIGINT NOT NULL PRIMARY KEY,            -- our own number, never shown
        year BIGINT NOT NULL,                      -- of the receipt number
        count BIGINT NOT NULL,                     -- place in that year
        kind TEXT NOT NULL,                        -- Kind::name
        source TEXT NOT NULL,                      -- app, site, line, wechat or open311
        state TEXT NOT NULL,                       -- State::name
        former_state TEXT NOT NULL DEFAULT '',     -- before it was merged
        visibility TEXT NOT NULL,                  -- Visibility::name
        wished TEXT NOT NULL DEFAULT 'public',     -- what the writer chose, under a 涉密
        county TEXT NOT NULL DEFAULT '',           -- where it is about
        address TEXT NOT NULL DEFAULT '',          -- sealed: where, in the writer's words; never public by itself
        location TEXT NOT NULL DEFAULT '',         -- sealed: the same as JSON {lat, lng}; never public
        wished_department BIGINT NOT NULL DEFAULT 0, -- whom the writer meant; 0: does not know
        contact TEXT NOT NULL DEFAULT '',          -- sealed JSON {name, phone}; empty: none given, or erased
        names TEXT NOT NULL DEFAULT '',            -- sealed: the names to mask
        code TEXT NOT NULL,                        -- keyed hash of the query code
        token TEXT NOT NULL,                       -- keyed hash of the tracking token
        submitted_ms BIGINT NOT NULL,              -- when it came
        events BIGINT NOT NULL DEFAULT 0,          -- number of the newest event: the optimistic lock
        delivery BIGINT NOT NULL DEFAULT 0,        -- number of the standing delivery; 0: none yet
        lead BIGINT NOT NULL DEFAULT 0,            -- its lead department
        next_due TEXT NOT NULL DEFAULT '9999-12-31', -- the nearest running limit, for the queue's order
        dispute BIGINT NOT NULL DEFAULT 0,         -- 1: a 派单异议 waits
        extension TEXT NOT NULL DEFAULT '',        -- the promised day of an extension that waits
        reopening BIGINT NOT NULL DEFAULT 0,       -- 1: a bad rating asks for reopening
        reopened BIGINT NOT NULL DEFAULT 0,        -- 1: it was opened again
        appealed BIGINT NOT NULL DEFAULT 0,        -- 1: 不予受理 was appealed against
        declined_by BIGINT NOT NULL DEFAULT 0,     -- the user who declined: another decides the appeal
        declined TEXT NOT NULL DEFAULT '',         -- coded reason of 不予受理
        appeal_until TEXT NOT NULL DEFAULT '',     -- last day for the appeal
        rating TEXT NOT NULL DEFAULT '',           -- the last, Rating::name
        rated BIGINT NOT NULL DEFAULT 0,           -- 1: the standing answer is rated
        rate_until TEXT NOT NULL DEFAULT '',       -- last day for a rating
        answered_on TEXT NOT NULL DEFAULT '',      -- day of the standing answer
        closed_on TEXT NOT NULL DEFAULT '',        -- day it was closed
        merged_into BIGINT NOT NULL DEFAULT 0,     -- the letter it goes on with
        joiners BIGINT NOT NULL DEFAULT 0,         -- others who met the same
        writer_left BIGINT NOT NULL DEFAULT 0,     -- 1: withdrawn, but joiners keep it going
        erase_asked BIGINT NOT NULL DEFAULT 0,     -- 1: the writer asks for erasure
        record_key BIGINT NOT NULL DEFAULT 0,      -- record.key of what is public; 0: nothing
        generation BIGINT NOT NULL DEFAULT 0       -- how many records it has had: a redacted one never comes back
    )",
    "CREATE UNIQUE INDEX petition_number ON petition (year, count)",
    "CREATE INDEX petition_token ON petition (token)",
    "CREATE INDEX petition_queue ON petition (state, next_due)",
    "CREATE INDEX petition_lead ON petition (lead, next_due)",
    "CREATE TABLE delivery (
        petition BIGINT NOT NULL,                  -- the letter
        number BIGINT NOT NULL,                    -- 1 for the first
        lead BIGINT NOT NULL,                      -- department
        assisting TEXT NOT NULL DEFAULT '[]',      -- departments as JSON
        routed_on TEXT NOT NULL,                   -- day zero of the response
        respond_due TEXT NOT NULL DEFAULT '',      -- last day for the response; empty when reopened
        respond_met TEXT NOT NULL DEFAULT '',      -- the day it came
        resolve_from TEXT NOT NULL,                -- day zero of the answer
        resolve_due TEXT NOT NULL,                 -- last day for the answer
        resolve_met TEXT NOT NULL DEFAULT '',      -- the day it came
        extended BIGINT NOT NULL DEFAULT 0,        -- 1: resolve_due was granted, not counted
        provisional BIGINT NOT NULL DEFAULT 0,     -- 1: a list of holidays may still move it
        supervised TEXT NOT NULL DEFAULT '',       -- resolve_due for which 督办 was given
        supervised_on TEXT NOT NULL DEFAULT '',    -- the day of that
        returned BIGINT NOT NULL DEFAULT 0,        -- 1: the department returned it
        ended BIGINT NOT NULL DEFAULT 0,           -- 1: its clocks run no longer
        noted TEXT NOT NULL DEFAULT '',            -- day on which missed limits were last looked for
        PRIMARY KEY (petition, number)
    )",
    "CREATE INDEX delivery_due ON delivery (ended, resolve_due)",
    "CREATE TABLE petition_event (
        seq BIGINT NOT NULL PRIMARY KEY,           -- over all letters: the order of the chain
        petition BIGINT NOT NULL,                  -- the letter; 0: about the house itself
        number BIGINT,                             -- within the letter; NULL where nothing changed but somebody looked
        at_ms BIGINT NOT NULL,                     -- when
        role TEXT NOT NULL,                        -- Role::name
        actor BIGINT NOT NULL DEFAULT 0,           -- user; 0: a citizen or the engine
        action TEXT NOT NULL,                      -- Action::name, or what was looked at
        state TEXT NOT NULL DEFAULT '',            -- where the case stood afterwards
        delivery BIGINT NOT NULL DEFAULT 0,        -- under which delivery
        wording BIGINT NOT NULL DEFAULT 0,         -- the words that came with it
        data TEXT NOT NULL DEFAULT '{}',           -- JSON: dates, departments, codes; no words, no person
        dedupe TEXT,                               -- what must happen once; NULL: anything else
        prev TEXT NOT NULL,                        -- hash of the event before
        hash TEXT NOT NULL                         -- SHA-256 over prev and every other column
    )",
    "CREATE UNIQUE INDEX petition_event_number ON petition_event (petition, number)",
    "CREATE UNIQUE INDEX petition_event_dedupe ON petition_event (dedupe)",
    "-- sqlite\nCREATE TRIGGER petition_event_kept BEFORE UPDATE ON petition_event BEGIN SELECT RAISE(ABORT, 'events are append-only'); END",
    "-- sqlite\nCREATE TRIGGER petition_event_stays BEFORE DELETE ON petition_event BEGIN SELECT RAISE(ABORT, 'events are append-only'); END",
    "-- postgres\nCREATE FUNCTION petition_event_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'events are append-only'; END $$",
    "-- postgres\nCREATE TRIGGER petition_event_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON petition_event FOR EACH STATEMENT EXECUTE FUNCTION petition_event_kept()",
    "CREATE TABLE wording (
        id BIGINT NOT NULL PRIMARY KEY,            -- our own number
        petition BIGINT NOT NULL,                  -- the letter
        sort TEXT NOT NULL,                        -- title, letter, supplement, response, answer, proposal, rating, appeal, decline, reason or note
        department BIGINT NOT NULL DEFAULT 0,      -- whose words; 0: the writer's or the Office's
        original TEXT NOT NULL DEFAULT '',         -- as written; empty when erased
        shown TEXT NOT NULL DEFAULT '',            -- as the public reads it
        approved BIGINT NOT NULL DEFAULT 0,        -- 1: shown is public
        made_ms BIGINT NOT NULL                    -- when
    )",
    "CREATE INDEX wording_petition ON wording (petition)",
    "CREATE TABLE upload (
        owner TEXT NOT NULL,                       -- keyed hash of the letter's idempotency key
        sha TEXT NOT NULL,                         -- what the citizen's device calls it
        length BIGINT NOT NULL,                    -- bytes announced
        done BIGINT NOT NULL DEFAULT 0,            -- 1: whole, checked and written anew
        file TEXT NOT NULL,                        -- random name on disk
        media_type TEXT NOT NULL DEFAULT '',       -- by its bytes
        stored_sha TEXT NOT NULL DEFAULT '',       -- of what is kept: a picture was written anew
        size BIGINT NOT NULL DEFAULT 0,            -- bytes kept
        width BIGINT NOT NULL DEFAULT 0,           -- pixels of a picture
        height BIGINT NOT NULL DEFAULT 0,          -- pixels of a picture
        made_ms BIGINT NOT NULL,                   -- when it began; forgotten a day later
        PRIMARY KEY (owner, sha)
    )",
    "CREATE TABLE attachment (
        id BIGINT NOT NULL PRIMARY KEY,            -- our own number
        petition BIGINT NOT NULL,                  -- the letter
        event BIGINT NOT NULL,                     -- number of the event that brought it
        sha TEXT NOT NULL,                         -- of what is kept
        file TEXT NOT NULL,                        -- random name on disk; empty when erased
        media_type TEXT NOT NULL,                  -- by its bytes
        size BIGINT NOT NULL,                      -- bytes
        width BIGINT NOT NULL DEFAULT 0,           -- pixels of a picture
        height BIGINT NOT NULL DEFAULT 0,          -- pixels of a picture
        approved BIGINT NOT NULL DEFAULT 0         -- 1: public
    )",
    "CREATE INDEX attachment_petition ON attachment (petition)",
    "CREATE TABLE idempotency (
        key TEXT NOT NULL PRIMARY KEY,             -- keyed hash of the key and what it was used for; unique for ever
        body TEXT NOT NULL,                        -- keyed hash of the request's body
        petition BIGINT NOT NULL,                  -- the letter it made or changed
        event BIGINT NOT NULL,                     -- number of its event
        made_ms BIGINT NOT NULL                    -- when
    )",
    "CREATE TABLE joiner (
        petition BIGINT NOT NULL,                  -- the letter joined
        token TEXT NOT NULL,                       -- keyed hash of the joiner's token
        joined_ms BIGINT NOT NULL,                 -- when
        PRIMARY KEY (petition, token)
    )",
    "CREATE TABLE petition_message (
        id BIGINT NOT NULL PRIMARY KEY,            -- our own number, in order
        petition BIGINT NOT NULL,                  -- the letter
        audience TEXT NOT NULL,                    -- writer, joiners, lead, assisting or office
        channel TEXT NOT NULL,                     -- sms, app or wechat
        recipient TEXT NOT NULL DEFAULT '',        -- sealed number, or department:ID
        template TEXT NOT NULL,                    -- Fluent id
        args TEXT NOT NULL DEFAULT '{}',           -- JSON: number and step, never the letter's words
        state TEXT NOT NULL DEFAULT 'waiting',     -- waiting, sent or dead
        tries BIGINT NOT NULL DEFAULT 0,           -- counted before each try
        next_ms BIGINT NOT NULL DEFAULT 0,         -- not before
        lease TEXT NOT NULL DEFAULT '',            -- who is sending it
        lease_ms BIGINT NOT NULL DEFAULT 0,        -- until when
        dedupe TEXT NOT NULL,                      -- the same for every try: the gateway drops repeats
        made_ms BIGINT NOT NULL                    -- when
    )",
    "CREATE UNIQUE INDEX petition_message_dedupe ON petition_message (dedupe)",
    "CREATE INDEX petition_message_state ON petition_message (state, next_ms)",
    "CREATE TABLE message_rule (
        id BIGINT NOT NULL PRIMARY KEY,            -- our own number
        action TEXT NOT NULL,                      -- Action::name that sends it
        audience TEXT NOT NULL,                    -- as in petition_message
        channel TEXT NOT NULL,                     -- as in petition_message
        template TEXT NOT NULL,                    -- Fluent id
        active BIGINT NOT NULL DEFAULT 1           -- 0: not sent
    )",
    "CREATE TABLE deduction_rule (
        id BIGINT NOT NULL PRIMARY KEY,            -- our own number
        cause TEXT NOT NULL,                       -- Cause::name
        points BIGINT NOT NULL,                    -- usually below zero
        from_day TEXT NOT NULL,                    -- first day it holds
        until_day TEXT NOT NULL DEFAULT ''         -- last day; empty: for ever
    )",
    "CREATE TABLE deduction (
        id BIGINT NOT NULL PRIMARY KEY,            -- our own number
        petition BIGINT NOT NULL,                  -- the letter
        delivery BIGINT NOT NULL,                  -- under which delivery
        department BIGINT NOT NULL,                -- who loses the points
        cause TEXT NOT NULL,                       -- Cause::name
        rule BIGINT NOT NULL,                      -- deduction_rule
        points BIGINT NOT NULL,                    -- as the rule was
        due TEXT NOT NULL DEFAULT '',              -- the due date that was missed
        day TEXT NOT NULL,                         -- when it happened
        event BIGINT NOT NULL,                     -- seq of the event it traces to
        state TEXT NOT NULL DEFAULT 'standing'     -- standing, contested, upheld, lifted or voided
    )",
    "CREATE INDEX deduction_petition ON deduction (petition)",
    "CREATE INDEX deduction_day ON deduction (day)",
    "CREATE TABLE staff (
        id BIGINT NOT NULL PRIMARY KEY,            -- our own number
        login TEXT NOT NULL,                       -- what is typed
        name TEXT NOT NULL,                        -- what is shown
        password TEXT NOT NULL,                    -- argon2id, PHC string; after `once:` it is replaced at the first sign-in
        totp TEXT NOT NULL DEFAULT '',             -- sealed secret
        totp_step BIGINT NOT NULL DEFAULT 0,       -- the newest step used: a code works once
        roles TEXT NOT NULL DEFAULT '[]',          -- Role::name as JSON
        department BIGINT NOT NULL DEFAULT 0,      -- 0: the Office
        active BIGINT NOT NULL DEFAULT 1,          -- 0: cannot sign in
        failures BIGINT NOT NULL DEFAULT 0,        -- wrong passwords in a row
        locked_ms BIGINT NOT NULL DEFAULT 0        -- no sign-in before
    )",
    "CREATE UNIQUE INDEX staff_login ON staff (login)",
    "CREATE TABLE staff_session (
        token TEXT NOT NULL PRIMARY KEY,           -- SHA-256 of the cookie
        staff BIGINT NOT NULL,                     -- whose
        csrf TEXT NOT NULL,                        -- token of its forms
        made_ms BIGINT NOT NULL,                   -- when it began; ends after twelve hours
        seen_ms BIGINT NOT NULL                    -- last request; ends after fifteen quiet minutes
    )",
];
