### 微门户的界面文字。Rust 与前端共用；不用 DATETIME()，术语与消息不同名。

-city = 温州
-brand-name = { -city }微门户

## 品牌与框架
brand = { -brand-name }
window-title = { $title } - { -brand-name }
lunar-date = 农历{ $day }
skip-to-content = 跳到正文
nav-main = 主导航
nav-news = 资讯
nav-directory = 办事
nav-petitions = 问政
nav-inbox = 订阅
nav-me = 我的
back = 返回
close = 关闭
cancel = 取消
retry = 重试
loading = 正在读取
save = 保存
none-yet = 暂无
elder-on = 长辈版
elder-off = 标准版
demo = 示例
demo-banner = 演示数据，仅供试用
demo-about = 这是演示版：内容为示例，不是政府发布的信息。
update-wanted = 请到应用市场把应用更新到 { $version } 或更高版本。更新前，已下载的内容照常可看。
update-wanted-unknown = 请到应用市场更新应用。更新前，已下载的内容照常可看。

## 栏目
collection-news = 今日{ -city }
collection-notices = 通知公告
collection-leaders = 政府领导
collection-agencies = 政府机构
collection-phones = 常用电话
collection-schools = 学校
collection-hospitals = 医院
collection-calendar = 工作日
collection-petitions = 问政公开

## 列表
pane-list = 列表
pane-detail = 详情
pane-pick = 请从列表里选一条
day-today = 今天
day-yesterday = 昨天
unread = 未读
starred = 已收藏
list-count = 共 { $count } 条
list-empty = 这个栏目还没有内容
list-empty-hint = 联网更新后再来看看。
list-none-found = 没有符合条件的内容
list-none-found-hint = 换个词，或清除筛选后再看。
list-first = 正在准备本市内容
list-first-hint = 第一次需要下载，之后没有网络也能看。
list-no-content = 本机还没有内容
pull-more = 下拉更新
pull-release = 松手更新
find-label = 按名称、拼音或首字母查找
find-example = 名称、拼音或首字母
find-clear = 清除输入
letters = 字母索引
letters-open = 按字母查找
letters-jump = 跳到 { $letter }

## 筛选
filter = 筛选
filter-open = { $count ->
    [0] 筛选
   *[other] 筛选，已选 { $count } 项
}
filter-kind = 类别
filter-county = 县（市、区）
filter-department = 部门
filter-date = 日期
filter-from = 从
filter-to = 到
filter-any-time = 不限
filter-week = 近 7 天
filter-month = 近 30 天
filter-year = 近一年
filter-starred = 只看收藏
filter-all = 全部
filter-option = { $name }（{ $count }）
filter-clear = 清除筛选
filter-show = 看结果（{ $count } 条）
chip-from = { $day } 起
chip-to = { $day } 止
chip-drop = 去掉“{ $name }”

## 详情
mark-withdrawn = 已撤回
mark-repealed = 已废止
mark-expired = 已失效
mark-since = { $day }{ $mark }
attachments = 附件
saving = 正在保存
saved-to = 已保存到 { $path }
star = 收藏
unstar = 取消收藏
copy-link = 复制链接
copy-text = 复制全文
copy-name = 复制{ $name }
copied = 已复制
copied-link = 链接已复制
copied-text = 全文已复制
body-absent = 正文未下载，联网后可看
body-absent-hint = 连上网络后点“重试”。
body-unreadable = 这一条要用新版应用才能看
body-unreadable-hint = 请到应用市场更新应用。
call-name = 拨打{ $name }电话
call-number = 拨打{ $label } { $number }
no-phone = 没有收录电话，可以打 12345 查询。
map = 看地图
save-contact = 存到通讯录
fact-phone = 电话
fact-address = 地址
fact-hours = 办公时间
fact-consulting = 门诊时间
fact-phone-hours = 接听时间
fact-parent = 上级单位
fact-website = 网站
fact-duties = 主要职责
fact-portfolio = 分工
fact-note = 说明
link-title = 要离开{ -brand-name }吗？
link-about = 这个链接会用浏览器打开下面的网站：
link-open = 打开

## 查找
search = 查找
search-example = 字、词或拼音
search-start = 输入两个字或两个字母就能找
search-start-hint = 机构、电话、学校、医院、领导，资讯和公告的全文，没有网络也能找。
search-scope = 查找范围
search-everywhere = 全部
search-over = { $count }+
search-sort = 排序：{ $by }，点按更换
search-by-relevance = 按相关
search-by-date = 按时间
search-count = 找到 { $count } 条
search-count-over = 找到 { $count } 条以上
search-expanded = 同时找了：{ $words }
search-relaxed = 没有完全符合的，下面是最接近的。
search-building = 正在整理索引（{ $done } / { $total }），结果完整，只是慢一些。
search-scanning = 索引要重建，结果完整，只是慢一些。
search-suggest = 您是不是找：
search-texts = 资讯公告
search-recent = 最近查找
search-forget = 删除“{ $text }”
search-forget-all = 清空
search-keep-recent = 记住我查找过的词（只存在本机）
search-narrowed = 去掉筛选条件，也许能找到。
search-widen = 去掉筛选再找
search-none-hint = 换个说法再试；也可以打电话或写信询问。
search-write = 写信问政
search-elder = 长辈版在“设置”里，点这里打开
search-elder-words = 長輩版 關愛版 长辈版 关爱版 老年版 大字版 适老化 zhangbeiban guanaiban zbb gab

## 问政、订阅
petitions-call = 拨打 12345

## 更新
sync = 内容更新
sync-now = 立即更新
sync-running = 正在更新
sync-last = 上次联系服务器
sync-progress = 更新进度
sync-first = 请稍候
sync-bytes = 已下载 { $done }，共 { $total }
sync-opening = 正在打开自带内容
sync-checking = 正在检查更新
sync-fetching = 正在更新 { $percent }%
sync-fetching-unknown = 正在更新
sync-applying = 正在写入
sync-as-of = 内容截至 { $time }
sync-offline = 没有网络，内容截至 { $time }
sync-stale = 更新未成功，内容截至 { $time }
sync-no-content = 还没有内容

## 出错
problem-title = 没有成功
problem-offline = 没有网络。请检查网络后再试，已下载的内容照常可看。
problem-timeout = 网络太慢，没有等到回应。请稍后再试。
problem-server = 服务器暂时出了问题。请稍后再试。
problem-captive-portal = 这个无线网络要先登录。请打开浏览器登录后再试。
problem-untrusted = 收到的内容没有通过签名验证，已拒收。请换个网络再试。
problem-rollback = 服务器给的内容比本机的旧，已拒收。请稍后再试。
problem-damaged = 收到的内容不完整，已丢弃。请再试一次。
problem-update-app = 应用版本太旧，不能更新内容。请到应用市场更新应用。
problem-disk-full = 存储空间不够。请清理后再试。
problem-not-found = 这一条已经不在了。
problem-invalid = 输入的内容不对，请检查后再试。
problem-busy = 正在忙，请稍后再试。
problem-refused = 服务器没有接受。请检查内容后再试。
problem-wrong-code = 受理编号与查询密码不符，请核对后再试。
problem-too-many = 试的次数太多，请稍后再试。
problem-internal = 应用出了错。请再试一次，还不行请重新打开应用。

## 启动时打不开本机数据
opening-update-app = 请先更新应用
opening-update-app-hint = 本机的数据是新版应用保存的，现在这个旧版打不开。请到应用市场更新应用，再重新打开。
opening-disk-full = 存储空间不够
opening-disk-full-hint = 设备的存储空间已满，应用打不开。请删掉一些不用的照片、视频或应用，再点“重试”。
opening-busy = 本机数据正在使用
opening-busy-hint = 另一个程序正在使用微门户的数据。请关掉它，再点“重试”。
opening-other = 打不开本机数据
opening-other-hint = 请点“重试”。还不行，请重新启动设备。请不要卸载应用，卸载会删掉您的信件和收藏。
opening-kept = 已有的信件、草稿、收藏和订阅没有改动。
opening-urgent = 急事请拨打 12345。

## 我的、设置
me-links = 我的内容
me-starred = 收藏的{ $collection }
settings = 设置
display = 显示设置
size = 字号
size-std = 标准
size-large = 大字
size-elder = 长辈版
theme = 外观
theme-system = 跟随系统
theme-light = 浅色
theme-dark = 深色
language = 语言
storage = 存储
storage-text = 文字
storage-pictures = 图片
storage-staging = 正在下载
storage-records = 条目
storage-bodies = { $records } 条，其中 { $bodies } 条有正文
keep = 保留正文
keep-days90 = 近 90 天
keep-year = 近一年
keep-everything = 全部
keep-hint = 标题始终保留；看过和收藏的正文也会保留。
picture-cap = 图片最多占用
storage-clean = 清理
storage-clean-about = 会删去保留范围以外的正文和图片。标题、收藏不会删，删去的联网后还能再看。
storage-cleaning = 正在清理
storage-cleaned = 清理完成，腾出 { $size }
about = 关于
about-version = 版本 { $version }
about-rebuilt = 上次启动时发现本机数据损坏，已重新建立。旧数据放在 { $path }
about-server = 内容来自 { $server }
about-no-server = 没有设置服务器，只看自带内容。
about-licence = 开源软件，许可证 Apache-2.0

## 地址不对
lost = 没有这个页面
lost-hint = 地址可能写错了，或者页面已经移走。
lost-home = 去看资讯

## 分享
share = 分享
share-weibo = 微博
share-wechat = 微信扫码
share-wechat-about = 打开微信“扫一扫”，扫这个码，再转给好友或朋友圈。
share-qr = “{ $title }”的二维码
share-system = 更多方式
share-text = 复制文字
share-card = 存为图片
share-card-scan = 扫码看原文
share-print = 打印/存PDF
share-no-link = 这个应用没有连接服务器，没有网页链接，只能分享文字。

## 订阅
undo = 撤销
inbox-all = 全部
inbox-unread = 未读 { $count }
inbox-every-topic = 全部订阅
inbox-read-all = 全部标为已读
inbox-read-done = 已把 { $count } 条标为已读
inbox-why = 因为您订阅了：{ $topics }
inbox-drop = 移出“{ $title }”
inbox-drop-short = 移出
inbox-dropped = 已移出
inbox-letters = 我的信件有新进展：{ $count } 封
inbox-none = 还没有新消息
inbox-none-unread = 没有未读消息
inbox-none-hint = 您订阅的内容有更新，会出现在这里。
inbox-no-topics = 还没有订阅
inbox-no-topics-hint = 订阅县区、部门或关键词，有新内容就放到这里。匹配在本机进行，服务器不知道您订阅了什么。
topics = 我的订阅
topics-manage = 管理订阅
topics-begin = 去订阅
topics-about = 匹配在本机进行，服务器不知道您订阅了什么。
topics-suggested = 点一下就能订阅
topics-export = 导出订阅
topics-import = 导入订阅
topics-imported = 新增 { $added } 项，原有 { $known } 项，不能用 { $refused } 项
topics-import-wrong = 这不是订阅文件，没有改动。请选从“导出订阅”得到的文件。
topic-words = “{ $text }”
topic-letter = 来信：{ $title }
topic-letter-gone = 已不公开的来信
topic-count = 共 { $total } 条，未读 { $unread } 条
topic-muted = 不提醒
topic-mute = 不提醒
topic-unmute = 恢复提醒
topic-up = 上移
topic-down = 下移
topic-remove = 取消订阅
topic-follow = 订阅
topic-on = 已订阅
topic-follow-search = 订阅“{ $text }”
topic-follow-letter = 关注这封来信
topic-followed = 已订阅：{ $name }
topic-letter-followed = 已关注，这封来信有进展会放到“订阅”里
topic-left = 已取消订阅
topic-new = 新的订阅
topic-text = 关键词
topic-text-hint = 标题或正文里有这些词的才放进来。不填也可以，按下面的栏目、县区、部门订阅。
topic-readings = 您是指：
topic-column = 栏目
topic-any-column = 不限栏目
topic-county = 县区
topic-any-county = 不限县区
topic-department = 部门
topic-any-department = 不限部门
topic-month = 最近30天有 { $count } 条
topic-month-many = 最近30天至少有 { $count } 条
topic-broad = 内容很多，平均每天超过两条。可以再加一个词，或者选一个县区。
topic-follow-anyway = 仍要订阅
topic-known = 这个已经订阅了。
topic-wrong = 请写文字或数字，不要只写符号。
