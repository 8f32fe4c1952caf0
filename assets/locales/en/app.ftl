### The interface of 微门户 in English. Same keys and variables as zh-CN.

-city = Wenzhou
-brand-name = { -city } Portal

## Brand and frame
brand = { -brand-name }
window-title = { $title } - { -brand-name }
lunar-date = Lunar { $day }
skip-to-content = Skip to content
nav-main = Main
nav-news = News
nav-directory = Services
nav-petitions = Letters
nav-inbox = Inbox
nav-me = Me
back = Back
close = Close
cancel = Cancel
retry = Try again
loading = Loading
save = Save
none-yet = None yet
elder-on = Large
elder-off = Standard
demo = Sample
demo-banner = Demonstration data, for trial only
demo-about = This is a demonstration. Its content is made up, not published by the government.
update-wanted = Please update the app to version { $version } or later in your app store. What is downloaded stays readable.
update-wanted-unknown = Please update the app in your app store. What is downloaded stays readable.

## Collections
collection-news = { -city } today
collection-notices = Notices
collection-leaders = Leaders
collection-agencies = Agencies
collection-phones = Phone numbers
collection-schools = Schools
collection-hospitals = Hospitals
collection-calendar = Working days
collection-petitions = Letters

## Lists
pane-list = List
pane-detail = Details
pane-pick = Choose an entry from the list
day-today = Today
day-yesterday = Yesterday
unread = Unread
starred = Starred
list-count = { $count ->
    [one] { $count } entry
   *[other] { $count } entries
}
list-empty = Nothing here yet
list-empty-hint = Update when you are online and look again.
list-none-found = Nothing matches
list-none-found-hint = Try other words, or clear the filter.
list-first = Preparing the city's content
list-first-hint = The first time it has to be downloaded; afterwards it works offline.
list-no-content = No content on this device yet
pull-more = Pull to update
pull-release = Release to update
find-label = Filter by name, pinyin or initials
find-example = Name, pinyin or initials
find-clear = Clear
letters = Alphabetical index
letters-open = Find by letter
letters-jump = Go to { $letter }

## Filter
filter = Filter
filter-open = { $count ->
    [0] Filter
   *[other] Filter, { $count } active
}
filter-kind = Kind
filter-county = County
filter-department = Department
filter-date = Date
filter-from = From
filter-to = To
filter-any-time = Any
filter-week = 7 days
filter-month = 30 days
filter-year = A year
filter-starred = Starred only
filter-all = All
filter-option = { $name } ({ $count })
filter-clear = Clear filter
filter-show = { $count ->
    [one] Show { $count } entry
   *[other] Show { $count } entries
}
chip-from = From { $day }
chip-to = Until { $day }
chip-drop = Remove "{ $name }"

## Details
mark-withdrawn = Withdrawn
mark-repealed = Repealed
mark-expired = Expired
mark-since = { $mark } since { $day }
attachments = Attachments
saving = Saving
saved-to = Saved to { $path }
star = Star
unstar = Remove star
copy-link = Copy link
copy-text = Copy text
copy-name = Copy: { $name }
copied = Copied
copied-link = Link copied
copied-text = Text copied
body-absent = Not downloaded; you can read it when online
body-absent-hint = Go online, then try again.
body-unreadable = This entry needs a newer app
body-unreadable-hint = Please update the app in your app store.
call-name = Call { $name }
call-number = Call { $label } { $number }
no-phone = No number is listed here. The hotline 12345 can look it up.
map = Map
save-contact = Save contact
fact-phone = Phone
fact-address = Address
fact-hours = Office hours
fact-consulting = Consulting hours
fact-phone-hours = Answered
fact-parent = Part of
fact-website = Website
fact-duties = Duties
fact-portfolio = Portfolio
fact-note = Note
link-title = Leave { -brand-name }?
link-about = Your browser will open this site:
link-open = Open

## Find
search = Find
search-example = Words, pinyin or initials
search-start = Type two characters or two letters
search-start-hint = Agencies, numbers, schools, hospitals, leaders, and the whole text of news and notices. No network needed.
search-scope = Where to look
search-everywhere = Everything
search-over = { $count }+
search-sort = Order: { $by }. Press to change
search-by-relevance = Best first
search-by-date = Newest first
search-count = { $count ->
    [one] { $count } entry found
   *[other] { $count } entries found
}
search-count-over = More than { $count } entries found
search-expanded = Also looked for: { $words }
search-relaxed = Nothing has all of it; these come closest.
search-building = The index is being made ({ $done } of { $total }). The answer is complete, only slower.
search-scanning = The index has to be made anew. The answer is complete, only slower.
search-suggest = Did you mean
search-texts = News and notices
search-recent = Recent searches
search-forget = Remove "{ $text }"
search-forget-all = Clear
search-keep-recent = Remember what I looked for (on this device only)
search-narrowed = There may be something without the filter.
search-widen = Search without the filter
search-none-hint = Try other words; or ask by phone or letter.
search-write = Write a letter
search-elder = The large-print version is in Settings; open it
search-elder-words = 長輩版 關愛版 elder large-print senior 长辈版 关爱版 zhangbeiban

## Letters, inbox
petitions-call = Call 12345

## Updates
sync = Updates
sync-now = Update now
sync-running = Updating
sync-last = Last contact with the server
sync-progress = Update progress
sync-first = One moment
sync-bytes = { $done } of { $total }
sync-opening = Opening the built-in content
sync-checking = Checking for updates
sync-fetching = Updating { $percent }%
sync-fetching-unknown = Updating
sync-applying = Writing
sync-as-of = Content as of { $time }
sync-offline = Offline, content as of { $time }
sync-stale = Not updated, content as of { $time }
sync-no-content = No content yet

## Problems
problem-title = That did not work
problem-offline = There is no network. Check it and try again; what is downloaded stays readable.
problem-timeout = The network is too slow; no answer came. Please try again later.
problem-server = The server has a problem. Please try again later.
problem-captive-portal = This Wi-Fi wants you to sign in first. Open a browser, sign in, and try again.
problem-untrusted = The content failed the signature check and was refused. Try another network.
problem-rollback = The server offered older content than is here; it was refused. Please try again later.
problem-damaged = The content arrived damaged and was dropped. Please try again.
problem-sealed = This cannot be opened: the key file on this device was replaced or is damaged. Letters you have sent can be found again by phone number.
problem-update-app = This app is too old to update its content. Please update the app in your app store.
problem-disk-full = There is not enough storage. Free some and try again.
problem-not-found = This entry is no longer there.
problem-invalid = Something in what you entered is not right. Please check it.
problem-busy = Busy. Please try again in a moment.
problem-refused = The server did not accept it. Please check and try again.
problem-wrong-code = This number and this code do not belong together. Please check them.
problem-too-many = Too many tries. Please wait a while.
problem-too-many-topics = You follow 1,000 topics; there cannot be more. Unfollow some first.
problem-internal = The app made a mistake. Try again, or restart the app.

## The data of this device cannot be opened at the start
opening-update-app = Please update the app first
opening-update-app-hint = The data on this device was saved by a newer app, which this older one cannot open. Please update the app in your app store, then open it again.
opening-disk-full = Not enough storage
opening-disk-full-hint = The device is full, and the app cannot open. Please delete some photos, videos or apps that you do not need, then press “Try again”.
opening-busy = The data is in use
opening-busy-hint = Another program is using the app’s data. Please close it, then press “Try again”.
opening-sealed = Your letters cannot be opened
opening-sealed-hint = The key file that keeps your letters (mine.key) is damaged. If you have a backup, put the file back and press “Try again”. If not, delete the file; on a phone, clear the app’s data. Drafts are lost then; letters you have sent can be found again by phone number.
opening-other = The data cannot be opened
opening-other-hint = Please press “Try again”. If that does not help, restart the device. Please do not remove the app: that would delete your letters and what you starred.
opening-kept = Your letters, drafts, stars and subscriptions have not been changed.
opening-urgent = In an urgent matter call 12345.

## Me, settings
me-links = My content
me-starred = Starred: { $collection }
settings = Settings
display = Display
size = Size
size-std = Standard
size-large = Medium
size-elder = Large
theme = Theme
theme-system = System
theme-light = Light
theme-dark = Dark
contrast = High contrast
contrast-hint = Darker text and lines, easier to see.
motion = Less motion
language = Language
storage = Storage
storage-text = Text
storage-pictures = Pictures
storage-staging = Being downloaded
storage-records = Entries
storage-bodies = { $records }, of which { $bodies } with their text
keep = Keep texts
keep-days90 = 90 days
keep-year = A year
keep-everything = Everything
keep-hint = Headlines always stay, and so do texts you opened or starred.
picture-cap = Pictures at most
pictures-fetch = Fetch pictures
pictures-always = By itself
pictures-unmetered = Not over mobile data
pictures-asked = When I ask
pictures-missing = { $count ->
    [one] 1 picture is not shown
   *[other] { $count } pictures are not shown
}
pictures-show = Show pictures
storage-clean = Clean up
storage-clean-about = Removes texts and pictures outside what you keep. Headlines and stars stay; what is removed can be read again online.
storage-cleaning = Cleaning up
storage-cleaned = Done, { $size } freed
about = About
about-version = Version { $version }
about-rebuilt = The data on this device were damaged and have been rebuilt. The old ones are at { $path }
about-server = Content from { $server }
about-no-server = No server is set; only the built-in content is shown.
about-licence = Open source, Apache-2.0 licence
licences = Open-source parts
licences-about = This app is made with { $count } open-source parts; thanks to their authors. Each part's licence can be read on its own site.

## Lost
lost = There is no such page
lost-hint = The address may be wrong, or the page has moved.
lost-home = To the news

## Sharing
share = Share
share-weibo = Weibo
share-wechat = WeChat code
share-wechat-about = Scan this code in WeChat, then send it to friends or Moments.
share-qr = QR code of "{ $title }"
share-system = More ways
share-text = Copy text
share-card = Save as picture
share-card-scan = Scan to read
share-card-alt = Picture card: "{ $title }"
share-card-save = Save picture
share-card-copy = Copy picture
share-card-copied = Picture copied
share-card-send = Share picture
share-card-back = Other ways
share-print = Print or PDF
share-no-link = This app has no server, so there is no web link; only the text can be shared.

## Subscriptions
undo = Undo
inbox-all = All
inbox-unread = Unread { $count }
inbox-every-topic = All topics
inbox-read-all = Mark all as read
inbox-read-done = { $count ->
    [one] 1 item marked as read
   *[other] { $count } items marked as read
}
inbox-why = Because you follow: { $topics }
inbox-drop = Remove "{ $title }"
inbox-drop-short = Remove
inbox-dropped = Removed
inbox-my-letter = My letter
inbox-letter-missing = The server does not know this letter
inbox-none = Nothing new yet
inbox-none-unread = Nothing unread
inbox-none-hint = When something you follow is updated, it appears here.
inbox-no-topics = You follow nothing yet
inbox-no-topics-hint = Follow a county, a department or a word, and what is new comes here. Matching happens on this device; the server does not know what you follow.
topics = What I follow
topics-manage = Manage
topics-begin = Choose topics
topics-about = Matching happens on this device; the server does not know what you follow.
topics-suggested = Follow with one tap
topics-export = Export topics
topics-import = Import topics
topics-imported = { $added } added, { $known } followed before, { $refused } not usable
topics-imported-over = 1,000 topics are the most: { $added } added, { $over } left out
topics-import-wrong = This is no file of topics; nothing was changed. Choose a file made by "Export topics".
topic-words = "{ $text }"
topic-letter = Letter: { $title }
topic-letter-gone = a letter that is no longer public
topic-count = { $total } in all, { $unread } unread
topic-muted = muted
topic-mute = Mute
topic-unmute = Unmute
topic-up = Move up
topic-down = Move down
topic-remove = Unfollow
topic-follow = Follow
topic-on = Following
topic-follow-search = Follow "{ $text }"
topic-follow-letter = Follow this letter
topic-followed = Following: { $name }
topic-letter-followed = Following: its next steps come to your inbox
topic-left = No longer followed
topic-new = A new topic
topic-text = Words
topic-text-hint = Only what has these words in its title or text comes in. You may leave it empty and choose below.
topic-readings = Did you mean:
topic-column = Column
topic-any-column = Any column
topic-county = County
topic-any-county = Any county
topic-department = Department
topic-any-department = Any department
topic-month = { $count ->
    [one] 1 item in the last 30 days
   *[other] { $count } items in the last 30 days
}
topic-month-many = At least { $count } items in the last 30 days
topic-broad = That is more than two a day. Add a word, or choose a county. If you follow it anyway, you are notified once each working day.
topic-broad-daily = brings a lot: notified once each working day
topic-followed-broad = Following: { $name }. It brings a lot, so you are notified once each working day
topic-follow-anyway = Follow anyway
topic-known = You follow this already.
topic-wrong = Please write letters or digits, not only signs.

## Notifications
notify = Notifications
notify-one = Something new that you follow
notify-many = { $count } new items that you follow
notify-letters = { $count ->
    [one] News about your letter
   *[other] News about { $count } of your letters
}
notify-open = Open
notify-trial = This is a trial notification
notify-trial-body = If you can see it, notifications work.
notify-on = Notify me when there is something new
notify-my-letters = Also when something happens in my letters
notify-my-letters-hint = Nothing of a letter is shown in the notification.
notify-when = What I follow
notify-at-once = At once
notify-daily = Once each working day
notify-daily-at = At
notify-quiet = Do not disturb at night
notify-quiet-hint = What comes in then is told together afterwards.
notify-quiet-from = From
notify-quiet-to = To
notify-wrong-time = Please choose two different times.
notify-topics = Which topics notify
notify-topics-hint = The others only come to your inbox.
notify-no-topics = You follow nothing yet.
notify-check = Do notifications work?
notify-check-system = The system
notify-system-fine = Shows them
notify-system-unknown = Nothing sent yet
notify-system-refused = Does not allow them. Allow this app to notify in the system's settings, then try again.
notify-system-no-service = Nothing on this device shows notifications. Everything is in your inbox.
notify-check-on = Switched
notify-check-topics = Topics
notify-topics-told = { $count }, of which { $told } notify
notify-check-last-poll = Server last asked
notify-check-next-poll = Server asked next
notify-poll-now = Now
notify-check-waiting = Waiting
notify-waiting = { $count }
notify-waiting-until = { $count }, to be told { $time }
notify-check-last = Last notification
notify-last = { $time }, about { $count }
notify-try = Send one now
notify-tried = Sent. If you do not see it, look at the system's settings for notifications and do-not-disturb.
notify-while-open = Notifications come while the app is open, also with its window minimised. Once it is closed none come; you are told when you open it again.
notify-suspended = While the app is not in front, the system may stop it, and notifications come late. Open the app for what is important.
switch-on = On
switch-off = Off

## Welcome and home
welcome = Welcome to { $brand }
welcome-about = The city's news, numbers and offices are kept on this device and can be read without a network.
welcome-size = Which size suits your eyes?
welcome-county = Where do you live? One tap follows what is new there
welcome-enter = Begin
welcome-skip = Skip
nav-home = Home
home-ways = Often needed
home-call-about = The city's hotline for everything
home-hospitals = Hospitals
home-phones = Phone numbers
home-write = Write a letter
home-search = Search
home-hear = Hear the titles
home-more = More news
read-aloud = Read aloud
read-stop = Stop reading
