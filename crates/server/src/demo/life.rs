//! What becomes of the demo's letters: a table of fates, each with how many working days ago it began and what was
//! done on which working day after. Every state, light, dispute and rating is somewhere in it; a test sees to that.

use weimenhu_domain::petition::Rating;

/// Something that is done to a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    /// Title, text and whatever else waits are approved, masked.
    Approve,
    /// To the department of the sample.
    Route,
    /// The same with two assisting ones.
    RouteWide,
    Respond,
    Resolve,
    AskExtension,
    GrantExtension,
    RefuseExtension,
    Return,
    SettleReturn,
    /// The department was right; another gets it.
    Reroute,
    Decline,
    Appeal,
    Rate(Rating),
    ConfirmReopen,
    RefuseReopen,
    /// Into an open letter.
    Merge,
    Supplement,
    Withdraw,
    /// By so many.
    Join(u8),
    Classify,
    Note,
    Supervise,
    Contest,
    Decide,
    AskErase,
}

/// One kind of life.
pub(super) struct Fate {
    /// It began so many working days ago; one letter for each.
    pub ago: &'static [u16],
    /// The writer chose 不公开.
    pub private: bool,
    /// Came by telephone.
    pub line: bool,
    /// On which working day what was done.
    pub deeds: &'static [(u16, Deed)],
}

const fn fate(ago: &'static [u16], deeds: &'static [(u16, Deed)]) -> Fate {
    Fate {
        ago,
        private: false,
        line: false,
        deeds,
    }
}

const fn private(ago: &'static [u16], deeds: &'static [(u16, Deed)]) -> Fate {
    Fate {
        private: true,
        ..fate(ago, deeds)
    }
}

const fn line(ago: &'static [u16], deeds: &'static [(u16, Deed)]) -> Fate {
    Fate {
        line: true,
        ..fate(ago, deeds)
    }
}

use Deed::*;
use Rating::*;

/// All of them.
#[rustfmt::skip]
pub(super) const FATES: &[Fate] = &[
    // Rated well and closed: most letters, in the order of the weeks.
    fate(&[58, 56, 54, 52, 49, 47, 45, 43, 40, 38, 36, 33, 30, 28, 25, 22, 19, 16, 13, 11],
         &[(0, Approve), (0, Route), (1, Respond), (1, Approve), (6, Resolve), (6, Approve), (8, Rate(Good))]),
    fate(&[57, 51, 46, 41, 37, 31, 26, 21, 17, 14],
         &[(0, Approve), (0, RouteWide), (1, Respond), (2, Approve), (3, Join(3)), (5, Resolve), (5, Approve), (7, Rate(VeryGood))]),
    fate(&[55, 48, 42, 34, 27, 20],
         &[(0, Approve), (0, Route), (1, Respond), (1, Approve), (8, Resolve), (8, Approve), (9, Rate(Fair))]),
    // Nobody rated it: closed by the engine.
    fate(&[53, 44, 35, 29, 24],
         &[(0, Approve), (0, Route), (1, Respond), (1, Approve), (7, Resolve), (7, Approve)]),
    // Too late: red, supervised, deducted, contested.
    fate(&[50, 39, 32],
         &[(0, Approve), (0, Route), (3, Respond), (3, Approve), (11, Resolve), (11, Approve), (12, Rate(Bad)), (13, RefuseReopen)]),
    fate(&[31],
         &[(0, Approve), (0, Route), (1, Respond), (1, Approve), (6, Resolve), (6, Approve), (7, Rate(VeryBad)), (7, Approve), (8, RefuseReopen)]),
    fate(&[46, 33],
         &[(0, Approve), (0, Route), (1, Respond), (1, Approve), (14, Resolve), (14, Approve), (15, Rate(Fair)), (16, Contest)]),
    fate(&[41],
         &[(0, Approve), (0, Route), (3, Respond), (3, Approve), (10, Resolve), (10, Approve), (12, Contest), (14, Decide)]),
    // Badly rated, opened again, answered again.
    fate(&[44, 38, 30],
         &[(0, Approve), (0, Route), (1, Respond), (1, Approve), (6, Resolve), (6, Approve), (7, Rate(VeryBad)), (7, Approve), (8, ConfirmReopen),
           (13, Resolve), (13, Approve), (15, Rate(Good))]),
    fate(&[14, 12],
         &[(0, Approve), (0, Route), (1, Respond), (1, Approve), (6, Resolve), (6, Approve), (7, Rate(Bad)), (8, Approve), (9, ConfirmReopen)]),
    fate(&[9, 8],
         &[(0, Approve), (0, Route), (1, Respond), (1, Approve), (5, Resolve), (5, Approve), (6, Rate(Bad)), (7, Approve)]),
    // Extensions: granted, refused, waiting.
    fate(&[34, 23],
         &[(0, Approve), (0, Route), (1, Respond), (1, Approve), (5, AskExtension), (6, GrantExtension), (12, Resolve), (12, Approve), (13, Rate(Good))]),
    fate(&[10, 9],
         &[(0, Approve), (0, RouteWide), (1, Respond), (1, Approve), (4, AskExtension), (5, GrantExtension)]),
    fate(&[7],
         &[(0, Approve), (0, Route), (1, Respond), (1, Approve), (4, AskExtension), (5, RefuseExtension)]),
    fate(&[6, 5, 4],
         &[(0, Approve), (0, Route), (1, Respond), (1, Approve), (3, AskExtension)]),
    // Disputes: refused, upheld, waiting.
    fate(&[18], &[(0, Approve), (0, Route), (0, Return), (1, SettleReturn), (1, Respond), (1, Approve), (7, Resolve), (7, Approve), (8, Rate(Fair))]),
    fate(&[15, 3], &[(0, Approve), (0, Route), (1, Return), (2, Reroute), (3, Respond), (3, Approve)]),
    fate(&[1, 1, 0], &[(0, Approve), (0, Route), (0, Return)]),
    // Answered, waiting for the writer.
    fate(&[9, 8, 8, 7, 7, 6], &[(0, Approve), (0, Route), (1, Respond), (1, Approve), (5, Resolve), (5, Approve)]),
    // Under way: green, yellow, red, supervised, still open.
    fate(&[5, 4, 3, 3, 2, 2], &[(0, Approve), (0, Route), (1, Respond), (1, Approve), (2, Join(2)), (2, Supplement)]),
    fate(&[8, 7, 7], &[(0, Approve), (0, Route), (1, Respond), (1, Approve)]),
    fate(&[11, 10, 9], &[(0, Approve), (0, Route), (1, Respond), (1, Approve), (3, Join(5))]),
    fate(&[13, 12], &[(0, Approve), (0, Route), (1, Respond), (1, Approve)]),
    fate(&[17], &[(0, Approve), (0, Route), (2, Respond), (2, Approve), (8, Note)]),
    fate(&[3], &[(0, Approve), (0, Route), (2, Supervise)]),
    // Waiting for the response.
    fate(&[0, 0, 0, 1, 1, 1, 2, 3], &[(0, Approve), (0, Route)]),
    // Waiting for the Office.
    fate(&[0, 0, 0, 0, 1, 1], &[]),
    line(&[0, 1], &[]),
    line(&[21, 12, 4], &[(0, Approve), (0, Route), (1, Respond), (1, Approve), (6, Resolve), (6, Approve)]),
    // Declined, appealed, withdrawn, merged, erased.
    fate(&[26, 11, 5, 2], &[(0, Decline)]),
    fate(&[6], &[(0, Decline), (2, Appeal)]),
    fate(&[10], &[(0, Decline), (2, Appeal), (3, Approve), (3, Route), (4, Respond), (4, Approve)]),
    fate(&[20], &[(0, Decline), (3, AskErase)]),
    fate(&[12, 3], &[(0, Approve), (0, Route), (1, Withdraw)]),
    fate(&[6, 4, 2], &[(0, Merge)]),
    // Not for the public.
    private(&[36, 18], &[(0, Route), (1, Respond), (6, Resolve), (8, Rate(Good))]),
    private(&[6, 2], &[(0, Route), (1, Respond)]),
    private(&[0], &[]),
    fate(&[7], &[(0, Approve), (0, Route), (1, Respond), (2, Classify)]),
];
