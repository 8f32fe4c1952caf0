//! The words of a letter's life: states, actions, roles, and the facts an action is judged by.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Gives an enum its list of members and its names on the wire, in URLs and in the database. `as` is its name in the
/// UI's bindings, where a bare `Kind` or `State` would say too little.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident as $shown:literal { $($(#[$member_doc:meta])* $member:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "specta", derive(specta::Type))]
        #[serde(rename = $shown)]
        pub enum $name { $($(#[$member_doc])* #[serde(rename = $text)] $member,)+ }

        impl $name {
            /// All of them, in the order of the design.
            pub const ALL: &'static [Self] = &[$(Self::$member,)+];

            /// The name on the wire and in the database; it never changes.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$member => $text,)+ }
            }

            /// The member of this name.
            pub fn named(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|m| m.name() == text)
            }
        }
    };
}

named! {
    /// What a letter is about.
    Kind as "LetterKind" {
        /// 咨询.
        Consult = "consult",
        /// 建议.
        Suggest = "suggest",
        /// 投诉.
        Complain = "complain",
        /// 求助.
        Help = "help",
        /// 感谢.
        Thank = "thank",
    }
}

named! {
    /// Where the case stands.
    State as "LetterState" {
        /// 待审核: the Office reads it.
        Submitted = "submitted",
        /// 不予受理: the citizen may appeal once.
        Declined = "declined",
        /// 待回应: with the lead department.
        Routed = "routed",
        /// 办理中: the department has responded.
        Responded = "responded",
        /// 已办复: answered; the citizen rates.
        Resolved = "resolved",
        /// 重新办理: once, after a bad rating.
        Reopened = "reopened",
        /// 办结.
        Closed = "closed",
        /// 并案: goes on with another letter.
        Merged = "merged",
        /// 撤回.
        Withdrawn = "withdrawn",
    }
}

impl State {
    /// The lead department is to act: clocks run.
    pub const fn is_with_department(self) -> bool {
        matches!(self, Self::Routed | Self::Responded | Self::Reopened)
    }

    /// The public sees text and answer, and not only the number.
    pub const fn shows_text(self) -> bool {
        matches!(
            self,
            Self::Routed | Self::Responded | Self::Resolved | Self::Reopened | Self::Closed
        )
    }
}

named! {
    /// Who acts.
    Role as "Role" {
        /// The writer of the letter.
        Writer = "writer",
        /// Any other citizen.
        Citizen = "citizen",
        /// Operator of the 12345 line.
        Operator = "operator",
        /// Reviewer of the Office.
        Reviewer = "reviewer",
        /// Supervisor of the Office.
        Supervisor = "supervisor",
        /// Handler of the lead department (经办人).
        Handler = "handler",
        /// Head of the lead department.
        Head = "head",
        /// Assisting department (协办).
        Assistant = "assistant",
        /// The engine: nobody but the calendar.
        Engine = "engine",
        /// Administrator.
        Administrator = "administrator",
        /// Auditor: reads everything, changes nothing.
        Auditor = "auditor",
    }
}

impl Role {
    /// People of a department have it; all others of the staff belong to the Office.
    pub const fn is_of_department(self) -> bool {
        matches!(self, Self::Handler | Self::Head | Self::Assistant)
    }
}

named! {
    /// Everything that can be done to a letter.
    Action as "LetterAction" {
        /// 提交.
        Submit = "submit",
        /// 补充.
        Supplement = "supplement",
        /// 撤回.
        Withdraw = "withdraw",
        /// 公开 or 不公开, chosen by the writer.
        SetVisibility = "set_visibility",
        /// 涉密 set or lifted by the Office, with a coded reason.
        Classify = "classify",
        /// The public wording of a text or an attachment.
        ApproveText = "approve_text",
        /// 不予受理.
        Decline = "decline",
        /// Against 不予受理.
        Appeal = "appeal",
        /// 推送部门.
        Route = "route",
        /// 派单异议.
        Return = "return",
        /// The Office decides a 派单异议; upholding it is a [`Action::Reroute`] that names it.
        SettleReturn = "settle_return",
        /// 改派.
        Reroute = "reroute",
        /// 回应.
        Respond = "respond",
        /// 申请延期.
        AskExtension = "ask_extension",
        /// 同意延期.
        GrantExtension = "grant_extension",
        /// 不同意延期.
        RefuseExtension = "refuse_extension",
        /// An answer laid before the head, where the department wants that.
        ProposeAnswer = "propose_answer",
        /// 办复.
        Resolve = "resolve",
        /// 评分.
        Rate = "rate",
        /// The case is opened again after a bad rating.
        ConfirmReopen = "confirm_reopen",
        /// It is not.
        RefuseReopen = "refuse_reopen",
        /// 办结.
        Close = "close",
        /// 并单.
        Merge = "merge",
        /// Taken out of the other case again.
        Unmerge = "unmerge",
        /// 我也遇到.
        Join = "join",
        /// No longer.
        Leave = "leave",
        /// 督办.
        Supervise = "supervise",
        /// 扣分.
        Deduct = "deduct",
        /// The department's head contests a deduction.
        Contest = "contest",
        /// The supervisor decides it.
        Decide = "decide",
        /// An internal note.
        Note = "note",
        /// Erased from what is public.
        Redact = "redact",
        /// The writer asks for erasure.
        AskErase = "ask_erase",
        /// Personal data erased.
        Erase = "erase",
    }
}

named! {
    /// 满意度, five grades (好差评).
    Rating as "Rating" {
        /// 非常满意.
        VeryGood = "very_good",
        /// 满意.
        Good = "good",
        /// 基本满意.
        Fair = "fair",
        /// 不满意.
        Bad = "bad",
        /// 非常不满意.
        VeryBad = "very_bad",
    }
}

impl Rating {
    /// 不满意 and 非常不满意: a reason is needed, and the case may be opened again.
    pub const fn is_bad(self) -> bool {
        matches!(self, Self::Bad | Self::VeryBad)
    }

    /// 5 to 1.
    pub const fn score(self) -> u8 {
        match self {
            Self::VeryGood => 5,
            Self::Good => 4,
            Self::Fair => 3,
            Self::Bad => 2,
            Self::VeryBad => 1,
        }
    }
}

named! {
    /// Who may read the letter.
    Visibility as "Visibility" {
        /// 公开.
        Public = "public",
        /// 不公开, the writer's choice; only the writer may lift it.
        Private = "private",
        /// 涉密, set by the Office.
        Secret = "secret",
    }
}

/// What an action is judged by, beside who asks. Whoever fills it in reads it in the transaction that writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// `None` before the letter exists.
    pub state: Option<State>,
    /// 公开, 不公开 or 涉密.
    pub visibility: Visibility,
    /// Today in the city.
    pub today: Date,
    /// A 派单异议 waits for the Office.
    pub dispute_pending: bool,
    /// This department has returned this letter before.
    pub returned_before: bool,
    /// An extension is asked for and not decided.
    pub extension_pending: bool,
    /// The writer has asked, by a bad rating, that it be opened again.
    pub reopening_asked: bool,
    /// It was opened again once.
    pub reopened_before: bool,
    /// 不予受理 was appealed against once.
    pub appealed_before: bool,
    /// The standing answer has been rated.
    pub rated: bool,
    /// Somebody else has joined.
    pub has_joiners: bool,
    /// The citizen who asks has joined.
    pub has_joined: bool,
    /// The letter to merge with is public too and neither merged nor withdrawn.
    pub target_is_public: bool,
    /// The department wants its head to approve answers.
    pub head_approves: bool,
    /// An answer lies before the head.
    pub answer_proposed: bool,
    /// Something of it has been public.
    pub published: bool,
    /// 督办 was given for the standing due date.
    pub supervised: bool,
    /// A deduction stands and is not contested.
    pub deduction_open: bool,
    /// A deduction is contested and not decided.
    pub deduction_contested: bool,
    /// The writer's data was erased.
    pub erased: bool,
    /// Last day for an appeal.
    pub appeal_until: Option<Date>,
    /// Last day for the response.
    pub respond_due: Option<Date>,
    /// Last day to ask for an extension.
    pub ask_until: Option<Date>,
    /// First day of 督办.
    pub supervise_on: Option<Date>,
    /// Last day for a rating.
    pub rate_until: Option<Date>,
}

impl Facts {
    /// A public letter in this state, with nothing else said; every limit is `None`.
    pub fn of(state: Option<State>, today: Date) -> Self {
        Self {
            state,
            visibility: Visibility::Public,
            today,
            dispute_pending: false,
            returned_before: false,
            extension_pending: false,
            reopening_asked: false,
            reopened_before: false,
            appealed_before: false,
            rated: false,
            has_joiners: false,
            has_joined: false,
            target_is_public: false,
            head_approves: false,
            answer_proposed: false,
            published: false,
            supervised: false,
            deduction_open: false,
            deduction_contested: false,
            erased: false,
            appeal_until: None,
            respond_due: None,
            ask_until: None,
            supervise_on: None,
            rate_until: None,
        }
    }
}
