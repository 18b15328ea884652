<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
    <context>
        <name>app.control.command_line</name>
        <message>
            <source>Lend this computer to the training of a large language model.</source>
            <translation>把这台电脑借给大型语言模型的训练。</translation>
        </message>
        <message>
            <source>Start with your session, from the next one on; off until asked.</source>
            <translation>随登录启动，从下次登录起；未要求时关闭。</translation>
        </message>
        <message>
            <source>Leave it out to ask how it stands.</source>
            <translation>不填则查询当前状态。</translation>
        </message>
        <message>
            <source>Print JSON.</source>
            <translation>输出 JSON。</translation>
        </message>
        <message>
            <source>Leave out the hours that run now, or else the next ones, once.</source>
            <translation>跳过正在进行的时段，没有则跳过下一个，仅一次。</translation>
        </message>
        <message>
            <source>Only: tonight.</source>
            <translation>只能是：tonight（今晚）。</translation>
        </message>
        <message>
            <source>Tonight after all.</source>
            <translation>今晚还是训练。</translation>
        </message>
        <message>
            <source>Keep everything in this folder.</source>
            <translation>把所有内容保存在这个文件夹。</translation>
        </message>
        <message>
            <source>Save logs, settings and readings as a file for whoever helps you. Names and secrets are taken out of it.</source>
            <translation>把日志、设置和读数保存为文件，交给帮助你的人。名字和秘密会从中去掉。</translation>
        </message>
        <message>
            <source>Where to save it; else in the present folder.</source>
            <translation>保存到哪里；不填则保存在当前文件夹。</translation>
        </message>
        <message>
            <source>Print everything that would go in, and save nothing.</source>
            <translation>输出所有会包含的内容，不保存任何东西。</translation>
        </message>
        <message>
            <source>Remove all that the app keeps on this computer: engine, work, logs, settings, its start with your session.</source>
            <translation>移除应用在这台电脑上保存的一切：训练引擎、工作、日志、设置、随登录启动。</translation>
        </message>
        <message>
            <source>Don't ask.</source>
            <translation>不再询问。</translation>
        </message>
        <message>
            <source>This computer's key too. What is still owed belongs to it.</source>
            <translation>也移除这台电脑的密钥。尚未支付的款项属于它。</translation>
        </message>
        <message>
            <source>Leave the settings.</source>
            <translation>保留设置。</translation>
        </message>
        <message>
            <source>Leave unfinished work and checkpoints.</source>
            <translation>保留未完成的工作和检查点。</translation>
        </message>
        <message>
            <source>Leave the engine that was fetched.</source>
            <translation>保留已获取的训练引擎。</translation>
        </message>
        <message>
            <source>Leave the logs.</source>
            <translation>保留日志。</translation>
        </message>
        <message>
            <source>What in this computer can train: devices, memory, drivers, disk; how fast, with --measure.

That takes half a minute. For the internet line it moves at most 20 MB, counted in the month's data.</source>
            <translation>这台电脑中有什么可以训练：设备、内存、驱动程序、磁盘；加上 --measure 还会测量速度。

测量需要半分钟。测量互联网线路最多传输 20 MB，计入本月流量。</translation>
        </message>
        <message>
            <source>Measure how fast it trains, and the internet line.</source>
            <translation>测量训练速度和互联网线路。</translation>
        </message>
        <message>
            <source>Show it in the running app's window instead.</source>
            <translation>改为在正在运行的应用的窗口中显示。</translation>
        </message>
        <message>
            <source>What leaves this computer, to whom, and what never does, with your settings as they are.</source>
            <translation>哪些内容会离开这台电脑、发给谁，哪些永远不会；按你现在的设置。</translation>
        </message>
        <message>
            <source>Look up a known problem by its code: what happened, what the app does by itself, what you can do.</source>
            <translation>按代码查阅已知问题：发生了什么、应用会自动做什么、你可以做什么。</translation>
        </message>
        <message>
            <source>Such as TAH-12, or words to look for; leave it out for all of them.</source>
            <translation>例如 TAH-12，或要查找的词；不填则列出全部。</translation>
        </message>
        <message>
            <source>Train: ask the running app, or run one in this terminal.</source>
            <translation>训练：请正在运行的应用去做，或在此终端中运行一个。</translation>
        </message>
        <message>
            <source>Train now, whatever the hours say.</source>
            <translation>不管时段如何，现在就训练。</translation>
        </message>
        <message>
            <source>A time, like 07:00, tomorrow or 2026-12-24T07:00.</source>
            <translation>一个时间，例如 07:00、tomorrow（明天）或 2026-12-24T07:00。</translation>
        </message>
        <message>
            <source>A length of time, like 90m or 2h30m.</source>
            <translation>一段时长，例如 90m 或 2h30m。</translation>
        </message>
        <message>
            <source>A known network's name (local), or an https address.</source>
            <translation>已知网络的名称（local），或一个 https 地址。</translation>
        </message>
        <message>
            <source>When to train: 22:00-07:00, or always.</source>
            <translation>什么时候训练：22:00-07:00，或 always（总是）。</translation>
        </message>
        <message>
            <source>What it is doing, why, and until when.</source>
            <translation>它在做什么、为什么、到什么时候。</translation>
        </message>
        <message>
            <source>Pause, until resumed or for a while.</source>
            <translation>暂停，直到你恢复，或暂停一段时间。</translation>
        </message>
        <message>
            <source>End a pause: go on with what it interrupted, or whenever the hours and conditions allow.</source>
            <translation>结束暂停：继续被它打断的训练，否则在时段和条件允许时训练。</translation>
        </message>
        <message>
            <source>Hand over what is under way, then be off until the hours next begin.</source>
            <translation>交接进行中的工作，然后关闭，直到下一个时段开始。</translation>
        </message>
        <message>
            <source>Stop training until told otherwise; the app stays.</source>
            <translation>停止训练，直到另有指示；应用保持运行。</translation>
        </message>
        <message>
            <source>The same as: finish.</source>
            <translation>与 finish 相同。</translation>
        </message>
        <message>
            <source>Why it trains or doesn't, gate by gate.</source>
            <translation>为什么在训练或没在训练，逐项条件说明。</translation>
        </message>
        <message>
            <source>What this computer earned, what that cost, and why something is zero.</source>
            <translation>这台电脑赚了多少、花费多少、为什么某项为零。</translation>
        </message>
        <message>
            <source>Only today and the days before it: 1, 7, 30.</source>
            <translation>只看今天和之前的几天：1、7、30。</translation>
        </message>
        <message>
            <source>Print the sessions as a table for a spreadsheet.</source>
            <translation>以表格形式输出各次训练，供电子表格使用。</translation>
        </message>
        <message>
            <source>Print the payouts as such a table.</source>
            <translation>以同样的表格输出付款记录。</translation>
        </message>
        <message>
            <source>Show amounts although they are hidden.</source>
            <translation>即使金额已隐藏也显示。</translation>
        </message>
        <message>
            <source>What this computer did, hour by hour, and whether it ran last night.</source>
            <translation>这台电脑每小时做了什么，昨晚是否运行。</translation>
        </message>
        <message>
            <source>Today and the days before it.</source>
            <translation>今天和之前的几天。</translation>
        </message>
        <message>
            <source>Hand over and end the app.</source>
            <translation>交接并退出应用。</translation>
        </message>
        <message>
            <source>Come back only once it has ended.</source>
            <translation>等它完全退出后才返回。</translation>
        </message>
        <message>
            <source>Speak to an agent by the Model Context Protocol. Agents start this themselves; unless allowed it only reads.</source>
            <translation>通过 Model Context Protocol 与智能体对话。由智能体自己启动；未经允许时只能读取。</translation>
        </message>
        <message>
            <source>Beyond reading: run (train, pause, finish), settings (hours, limits). Repeatable.</source>
            <translation>除读取外还允许：run（训练、暂停、完成）、settings（时段、限制）。可重复使用。</translation>
        </message>
        <message>
            <source>Open an invitation to a network. Nothing changes before you confirm it, in the window or here.</source>
            <translation>打开一个加入网络的邀请。在你于窗口或此处确认之前，什么都不会改变。</translation>
        </message>
        <message>
            <source>Like train-at-home:join?address=https://orchestrator.example.org.</source>
            <translation>例如 train-at-home:join?address=https://orchestrator.example.org。</translation>
        </message>
        <message>
            <source>Fetch the training engine for the hardware found; its size is shown first.</source>
            <translation>获取适用于所发现硬件的训练引擎；会先显示它的大小。</translation>
        </message>
        <message>
            <source>Don't ask: fetch it.</source>
            <translation>不再询问：直接获取。</translation>
        </message>
        <message>
            <source>Only say whether there is something.</source>
            <translation>只说明是否有新内容。</translation>
        </message>
        <message>
            <source>cpu, cu130, rocm7.2, xpu, mps; else what fits is found.</source>
            <translation>cpu、cu130、rocm7.2、xpu、mps；不填则自动寻找合适的。</translation>
        </message>
        <message>
            <source>Print JSON, and ask nothing.</source>
            <translation>输出 JSON，什么都不问。</translation>
        </message>
        <message>
            <source>Fetch a newer version of the app, if there is one; it runs from the next start on.</source>
            <translation>如有新版本则获取；下次启动时生效。</translation>
        </message>
        <message>
            <source>Take versions of this kind from now on; fetch nothing yet.</source>
            <translation>从现在起采用这类版本：stable（稳定版）或 early（抢先版）；暂不获取任何内容。</translation>
        </message>
        <message>
            <source>The hours in which this computer may train.</source>
            <translation>这台电脑可以训练的时段。</translation>
        </message>
        <message>
            <source>The hours, the days off, and what the next seven days bring.</source>
            <translation>时段、休息日，以及接下来七天的安排。</translation>
        </message>
        <message>
            <source>Set all hours anew, or the minutes that go with them.</source>
            <translation>重新设置所有时段，或与之相关的分钟数。</translation>
        </message>
        <message>
            <source>The hours from now on, or: always.</source>
            <translation>从现在起的时段，或 always（总是）。</translation>
        </message>
        <message>
            <source>Begin nothing in the last so many minutes of the hours.</source>
            <translation>时段最后这么多分钟内不开始新的工作。</translation>
        </message>
        <message>
            <source>Minutes past the end in which work in flight may be handed over.</source>
            <translation>时段结束后，可以交接进行中工作的分钟数。</translation>
        </message>
        <message>
            <source>Add hours to those there are.</source>
            <translation>在现有时段之外添加时段。</translation>
        </message>
        <message>
            <source>Like "22:00-07:00", "fri 22:00-06:00", "weekdays 09:00-17:00 gently" or "weekends all day". With "last-start 30" or "overrun 10" after it these hours have minutes of their own. A line of cron does too, such as "* 22-23,0-6 * * mon-fri": every minute that it names is one to train in.</source>
            <translation>例如 "22:00-07:00"、"fri 22:00-06:00"、"weekdays 09:00-17:00 gently" 或 "weekends all day"。后面加上 "last-start 30"（最晚开始）或 "overrun 10"（交接）可为这些时段单独设定分钟数。也可以写一行 cron，例如 "* 22-23,0-6 * * mon-fri"：它指明的每一分钟都会训练。</translation>
        </message>
        <message>
            <source>Take hours out.</source>
            <translation>去掉时段。</translation>
        </message>
        <message>
            <source>Days off: no hours that begin on them count.</source>
            <translation>休息日：在这些日子开始的时段都不算。</translation>
        </message>
        <message>
            <source>Like 2026-12-24, 2026-12-24..2026-12-26 or tomorrow.</source>
            <translation>例如 2026-12-24、2026-12-24..2026-12-26 或 tomorrow（明天）。</translation>
        </message>
        <message>
            <source>Train on these days after all.</source>
            <translation>这些日子还是训练。</translation>
        </message>
        <message>
            <source>What is set, and what it means.</source>
            <translation>设置了什么，是什么意思。</translation>
        </message>
        <message>
            <source>Every setting: its value, its default, its meaning; where the file lies, and what of it could not be read.</source>
            <translation>每项设置的值、默认值和含义；文件在哪里，以及其中哪些无法读取。</translation>
        </message>
        <message>
            <source>One setting, or a group like gates; all of them without it.</source>
            <translation>一项设置，或像 gates 这样的一组；不填则为全部。</translation>
        </message>
        <message>
            <source>What holds training back, what each condition was read from, and what the engine may take at most.</source>
            <translation>什么在阻止训练、每项条件从何处读取、训练引擎最多可以占用多少。</translation>
        </message>
        <message>
            <source>Change limits and caps, several at once; where one makes no sense, none is changed.</source>
            <translation>一次更改多项限制；若有一项无效，则全部不更改。</translation>
        </message>
        <message>
            <source>Names as in `config explain`, each with its value: gates.idle on gates.idle_least_seconds 5min upload_bytes_per_second 2.5MB/s. Without any it tells them all.</source>
            <translation>名称与 `config explain` 中相同，每个后面跟一个值：gates.idle on gates.idle_least_seconds 5min upload_bytes_per_second 2.5MB/s。不带名称则列出全部。</translation>
        </message>
        <message>
            <source>Free the disk of what the engine keeps and could fetch again. Earnings and keys are none of it.</source>
            <translation>释放训练引擎保存在磁盘上、可以重新下载的内容。收益和密钥不在其中。</translation>
        </message>
        <message>
            <source>network</source>
            <translation>网络</translation>
        </message>
        <message>
            <source>none chosen</source>
            <translation>尚未选择</translation>
        </message>
        <message>
            <source>engine</source>
            <translation>训练引擎</translation>
        </message>
        <message>
            <source>part</source>
            <translation>部分</translation>
        </message>
        <message>
            <source>{part} of {parts} of {title}</source>
            <translation>{title} 的第 {part} 部分，共 {parts} 部分</translation>
        </message>
        <message>
            <source>speed</source>
            <translation>速度</translation>
        </message>
        <message>
            <source>{speed} tokens/s, step {step}</source>
            <translation>{speed} 词元/秒，第 {step} 步</translation>
        </message>
        <message>
            <source>{speed} tokens/s</source>
            <translation>{speed} 词元/秒</translation>
        </message>
        <message>
            <source>memory</source>
            <translation>内存</translation>
        </message>
        <message>
            <source>loss</source>
            <translation>损失</translation>
        </message>
        <message>
            <source>{loss}, {share} of the run done</source>
            <translation>{loss}，全程已完成 {share}</translation>
        </message>
        <message>
            <source>earnings</source>
            <translation>收益</translation>
        </message>
        <message>
            <source>trouble</source>
            <translation>问题</translation>
        </message>
        <message>
            <source>holds</source>
            <translation>阻止</translation>
        </message>
        <message>
            <source>--csv and --json can't be given together.</source>
            <translation>--csv 和 --json 不能同时使用。</translation>
        </message>
        <message>
            <source>Choose one.</source>
            <translation>请选择一个。</translation>
        </message>
        <message>
            <source>--paid-csv stands alone.</source>
            <translation>--paid-csv 只能单独使用。</translation>
        </message>
    </context>
    <context>
        <name>app.__main__</name>
        <message>
            <source>A link needs a window.</source>
            <translation>打开链接需要窗口。</translation>
        </message>
        <message>
            <source>In a terminal: train-at-home open LINK</source>
            <translation>在终端中：train-at-home open LINK</translation>
        </message>
        <message>
            <source>Train at Home: tray and window.</source>
            <translation>Train at Home：托盘和窗口。</translation>
        </message>
        <message>
            <source>keep everything in this folder, the device's key included</source>
            <translation>把所有内容保存在这个文件夹，包括设备的密钥</translation>
        </message>
        <message>
            <source>begin in the tray, without the window</source>
            <translation>在托盘中启动，不显示窗口</translation>
        </message>
        <message>
            <source>an invitation to a network, which the window then shows</source>
            <translation>加入网络的邀请，窗口会显示它</translation>
        </message>
        <message>
            <source>Train at Home is just starting or ending. Try again in a moment.</source>
            <translation>Train at Home 正在启动或退出。请稍后再试。</translation>
        </message>
        <message>
            <source>There is no display here, so Train at Home runs in this terminal. Ctrl-C ends it.</source>
            <translation>这里没有显示器，因此 Train at Home 在此终端中运行。按 Ctrl-C 结束。</translation>
        </message>
        <message>
            <source>It runs already. Ask it: train-at-home status</source>
            <translation>它已经在运行。可以问它：train-at-home status</translation>
        </message>
    </context>
    <context>
        <name>app.control.chain_child</name>
        <message>
            <source>This network names no chain that can be asked.</source>
            <translation>这个网络没有给出可以查询的链。</translation>
        </message>
    </context>
    <context>
        <name>app.control.chain_lookup</name>
        <message>
            <source>The chain's client can't be started: {problem}.</source>
            <translation>无法启动链的客户端：{problem}。</translation>
        </message>
        <message>
            <source>The chain did not answer in time.</source>
            <translation>链没有及时回答。</translation>
        </message>
        <message>
            <source>It is asked again later.</source>
            <translation>稍后会再次查询。</translation>
        </message>
        <message>
            <source>The chain's client ended without an answer.</source>
            <translation>链的客户端没有回答就结束了。</translation>
        </message>
    </context>
    <context>
        <name>app.control.client</name>
        <message>
            <source>Train at Home is not running.</source>
            <translation>Train at Home 没有运行。</translation>
        </message>
        <message>
            <source>Start it with: train-at-home run</source>
            <translation>启动它：train-at-home run</translation>
        </message>
        <message>
            <source>You may not open what the Train at Home of this profile listens on.</source>
            <translation>你无权连接此配置文件的 Train at Home。</translation>
        </message>
        <message>
            <source>It belongs to another user of this computer: ask it as that user.</source>
            <translation>它属于这台电脑的另一个用户：请以该用户身份操作。</translation>
        </message>
        <message>
            <source>What answers at the control socket is not this app.</source>
            <translation>控制接口上应答的不是这个应用。</translation>
        </message>
        <message>
            <source>Train at Home does not answer.</source>
            <translation>Train at Home 没有应答。</translation>
        </message>
        <message>
            <source>It may be busy; try again.</source>
            <translation>它可能正忙；请再试一次。</translation>
        </message>
    </context>
    <context>
        <name>app.control.commands.asking</name>
        <message>
            <source>Train at Home has not ended within a minute.</source>
            <translation>Train at Home 未能在一分钟内退出。</translation>
        </message>
        <message>
            <source>End it in its window and try again.</source>
            <translation>请在它的窗口中退出，然后再试。</translation>
        </message>
    </context>
    <context>
        <name>app.control.commands.computer</name>
        <message>
            <source>The training engine is not on this computer yet.</source>
            <translation>这台电脑上还没有训练引擎。</translation>
        </message>
        <message>
            <source>Fetch it with `train-at-home engine`: its size is shown before anything is downloaded.</source>
            <translation>用 `train-at-home engine` 获取：下载之前会显示大小。</translation>
        </message>
        <message>
            <source>Starting the training engine…</source>
            <translation>正在启动训练引擎…</translation>
        </message>
    </context>
    <context>
        <name>app.control.commands.config</name>
        <message>
            <source>All of them: train-at-home config explain</source>
            <translation>查看全部：train-at-home config explain</translation>
        </message>
        <message>
            <source>There is no setting “{key}”.</source>
            <translation>没有名为“{key}”的设置。</translation>
        </message>
        <message>
            <source>Put right earlier; the file as it was: {path}</source>
            <translation>之前已修复；原来的文件：{path}</translation>
        </message>
        <message>
            <source>(at first: {value})</source>
            <translation>（最初：{value}）</translation>
        </message>
        <message>
            <source>The file: {path}</source>
            <translation>文件：{path}</translation>
        </message>
        <message>
            <source>There is no file yet, so all is as at first. It will be: {path}</source>
            <translation>还没有文件，因此一切都是最初的样子。文件将位于：{path}</translation>
        </message>
    </context>
    <context>
        <name>app.control.commands.limits</name>
        <message>
            <source>Each name needs a value after it.</source>
            <translation>每个名称后面都需要一个值。</translation>
        </message>
        <message>
            <source>For example: train-at-home limits set gates.idle on</source>
            <translation>例如：train-at-home limits set gates.idle on</translation>
        </message>
    </context>
    <context>
        <name>app.control.commands.moments</name>
        <message>
            <source>Write it like 07:00, tomorrow, tomorrow 09:00 or 2026-12-24T07:00.</source>
            <translation>请写成 07:00、tomorrow（明天）、tomorrow 09:00 或 2026-12-24T07:00。</translation>
        </message>
        <message>
            <source>“{text}” is not a time.</source>
            <translation>“{text}”不是时间。</translation>
        </message>
        <message>
            <source>Write it like 90m, 2h or 2h30m.</source>
            <translation>请写成 90m、2h 或 2h30m。</translation>
        </message>
        <message>
            <source>“{text}” is not a length of time.</source>
            <translation>“{text}”不是时长。</translation>
        </message>
        <message>
            <source>Anything up to 30 days will do.</source>
            <translation>不超过 30 天都可以。</translation>
        </message>
        <message>
            <source>“{text}” is too short or too long.</source>
            <translation>“{text}”太短或太长。</translation>
        </message>
        <message>
            <source>--until and --for can't be given together.</source>
            <translation>--until 和 --for 不能同时使用。</translation>
        </message>
        <message>
            <source>Name a time that is still to come.</source>
            <translation>请给出一个尚未到来的时间。</translation>
        </message>
        <message>
            <source>“{text}” is over already.</source>
            <translation>“{text}”已经过去了。</translation>
        </message>
        <message>
            <source>“{text}” is more than a year away.</source>
            <translation>“{text}”在一年以后。</translation>
        </message>
        <message>
            <source>To stop until told otherwise: train-at-home stop</source>
            <translation>若要停止到另有指示为止：train-at-home stop</translation>
        </message>
    </context>
    <context>
        <name>app.control.commands.open</name>
        <message>
            <source>Nothing was changed.</source>
            <translation>没有任何改变。</translation>
        </message>
        <message>
            <source>The window proposes to join {title}. Nothing changes before you confirm it there.</source>
            <translation>窗口提议加入 {title}。在你于窗口中确认之前，什么都不会改变。</translation>
        </message>
        <message>
            <source>This link invites you to join {title}.</source>
            <translation>这个链接邀请你加入 {title}。</translation>
        </message>
        <message>
            <source>Your computer would leave its present network, and train there whenever your hours allow.</source>
            <translation>你的电脑将离开现在的网络，并在你的时段允许时到那里训练。</translation>
        </message>
        <message>
            <source>Only join a network that you trust.</source>
            <translation>只加入你信任的网络。</translation>
        </message>
        <message>
            <source>Join it?</source>
            <translation>要加入吗？</translation>
        </message>
        <message>
            <source>The others don't see this computer's internet address: all goes through the network's store.</source>
            <translation>其他人看不到这台电脑的互联网地址：一切都经由网络的存储传输。</translation>
        </message>
        <message>
            <source>Computers that train together connect directly and see each other's internet address.</source>
            <translation>一起训练的电脑会直接相连，并能看到彼此的互联网地址。</translation>
        </message>
        <message>
            <source>Meet others only through the network's store? That is slower, moves more data and earns less.</source>
            <translation>只通过网络的存储与他人交换？这样更慢、流量更大、收益更少。</translation>
        </message>
    </context>
    <context>
        <name>app.control.commands.problem</name>
        <message>
            <source>All of them: train-at-home problem</source>
            <translation>查看全部：train-at-home problem</translation>
        </message>
        <message>
            <source>No known problem fits “{text}”.</source>
            <translation>没有与“{text}”相符的已知问题。</translation>
        </message>
        <message>
            <source>now</source>
            <translation>现在</translation>
        </message>
        <message>
            <source>lately</source>
            <translation>不久前</translation>
        </message>
        <message>
            <source>Read on with: train-at-home problem {code}</source>
            <translation>继续阅读：train-at-home problem {code}</translation>
        </message>
        <message>
            <source>What happened</source>
            <translation>发生了什么</translation>
        </message>
        <message>
            <source>What the app does by itself</source>
            <translation>应用会自动做什么</translation>
        </message>
        <message>
            <source>What you can do</source>
            <translation>你可以做什么</translation>
        </message>
    </context>
    <context>
        <name>app.control.commands.remove</name>
        <message>
            <source>Nothing was removed.</source>
            <translation>没有移除任何内容。</translation>
        </message>
        <message>
            <source>Removed: {size}.</source>
            <translation>已移除：{size}。</translation>
        </message>
        <message>
            <source>This is removed:</source>
            <translation>将移除：</translation>
        </message>
        <message>
            <source>its start with your session</source>
            <translation>随登录启动</translation>
        </message>
        <message>
            <source>This stays: {path}</source>
            <translation>会保留：{path}</translation>
        </message>
        <message>
            <source>What is still owed to this computer belongs to its key, so that stays; --with-key takes it too.</source>
            <translation>尚欠这台电脑的款项属于它的密钥，因此密钥会保留；用 --with-key 可一并移除。</translation>
        </message>
        <message>
            <source>With this computer's key goes what is still owed to it, unless you have saved a copy.</source>
            <translation>移除这台电脑的密钥后，尚欠它的款项也会失去，除非你保存过副本。</translation>
        </message>
        <message>
            <source>There is nobody to ask.</source>
            <translation>没有人可以询问。</translation>
        </message>
        <message>
            <source>Say --yes if it is to be removed.</source>
            <translation>如果要移除，请加上 --yes。</translation>
        </message>
        <message>
            <source>Remove all of it?</source>
            <translation>全部移除吗？</translation>
        </message>
    </context>
    <context>
        <name>app.control.commands.report</name>
        <message>
            <source>Name the file: --to report.zip</source>
            <translation>请指定文件：--to report.zip</translation>
        </message>
        <message>
            <source>{path} is a folder.</source>
            <translation>{path} 是一个文件夹。</translation>
        </message>
        <message>
            <source>Saved as {path}. Nothing was sent: read it, then send it yourself to whoever helps you.</source>
            <translation>已保存为 {path}。没有发送任何内容：请先阅读，再自己发给帮助你的人。</translation>
        </message>
    </context>
    <context>
        <name>app.control.commands.schedule</name>
        <message>
            <source>Nothing was said to set.</source>
            <translation>没有说明要设置什么。</translation>
        </message>
        <message>
            <source>For example: train-at-home schedule set 22:00-07:00</source>
            <translation>例如：train-at-home schedule set 22:00-07:00</translation>
        </message>
        <message>
            <source>“{what}” can't be skipped.</source>
            <translation>“{what}”不能跳过。</translation>
        </message>
        <message>
            <source>For days: train-at-home schedule except 2026-12-24</source>
            <translation>若要跳过某些日子：train-at-home schedule except 2026-12-24</translation>
        </message>
        <message>
            <source>hours</source>
            <translation>时段</translation>
        </message>
        <message>
            <source>days off</source>
            <translation>休息日</translation>
        </message>
        <message>
            <source>last start</source>
            <translation>最晚开始</translation>
        </message>
        <message numerus="yes">
            <source>{count} minutes before the end</source>
            <extracomment>For one: {count} minute before the end</extracomment>
            <translation>
                <numerusform>结束前 {count} 分钟</numerusform>
            </translation>
        </message>
        <message>
            <source>handing over</source>
            <translation>交接</translation>
        </message>
        <message numerus="yes">
            <source>up to {count} minutes past the end</source>
            <extracomment>For one: up to {count} minute past the end</extracomment>
            <translation>
                <numerusform>结束后最多 {count} 分钟</numerusform>
            </translation>
        </message>
        <message>
            <source>next 7 days</source>
            <translation>接下来 7 天</translation>
        </message>
        <message>
            <source>no training</source>
            <translation>不训练</translation>
        </message>
    </context>
    <context>
        <name>app.control.commands.update</name>
        <message>
            <source>This app runs from source and brings its own engine.</source>
            <translation>这个应用从源代码运行，自带训练引擎。</translation>
        </message>
        <message>
            <source>The training engine is here. Training can begin.</source>
            <translation>训练引擎已就绪。可以开始训练。</translation>
        </message>
        <message>
            <source>This app runs from source: update it with git.</source>
            <translation>这个应用从源代码运行：请用 git 更新。</translation>
        </message>
        <message>
            <source>Early versions are looked at too.</source>
            <translation>也会查看抢先版。</translation>
        </message>
        <message>
            <source>The new version is here. It runs from the next start on.</source>
            <translation>新版本已就绪。下次启动时生效。</translation>
        </message>
        <message>
            <source>Fetch it now?</source>
            <translation>现在获取吗？</translation>
        </message>
        <message>
            <source>Downloading</source>
            <translation>正在下载</translation>
        </message>
        <message>
            <source>Checking</source>
            <translation>正在检查</translation>
        </message>
        <message>
            <source>Unpacking</source>
            <translation>正在解压</translation>
        </message>
    </context>
    <context>
        <name>app.control.headless</name>
        <message>
            <source>No network was chosen yet.</source>
            <translation>还没有选择网络。</translation>
        </message>
        <message>
            <source>Add --network local to try it on this computer.</source>
            <translation>加上 --network local 可在这台电脑上试用。</translation>
        </message>
    </context>
    <context>
        <name>app.control.hotkey</name>
        <message>
            <source>The key's file can't be read: {problem}.</source>
            <translation>无法读取密钥文件：{problem}。</translation>
        </message>
        <message>
            <source>Restore it from a copy.</source>
            <translation>请从副本恢复。</translation>
        </message>
        <message>
            <source>The key that was brought here is not there any more.</source>
            <translation>带到这里的密钥已不在了。</translation>
        </message>
        <message>
            <source>Restore it from its copy again.</source>
            <translation>请再次从它的副本恢复。</translation>
        </message>
        <message>
            <source>This computer's key is locked in its file.</source>
            <translation>这台电脑的密钥锁在它的文件中。</translation>
        </message>
        <message>
            <source>Enter its password under “This computer's key”.</source>
            <translation>请在“这台电脑的密钥”中输入它的密码。</translation>
        </message>
        <message>
            <source>There is no key yet that could be saved.</source>
            <translation>还没有可以保存的密钥。</translation>
        </message>
        <message>
            <source>Wait until the keychain is open.</source>
            <translation>请等钥匙串打开。</translation>
        </message>
        <message>
            <source>{advice} To keep it in a file with a password, open “This computer's key” in the settings.</source>
            <translation>{advice} 若要把它保存在带密码的文件中，请打开设置里的“这台电脑的密钥”。</translation>
        </message>
    </context>
    <context>
        <name>app.control.live_view</name>
        <message>
            <source>step</source>
            <translation>步数</translation>
        </message>
        <message>
            <source>held-out loss</source>
            <translation>新文本上的损失</translation>
        </message>
        <message>
            <source>run</source>
            <translation>全程</translation>
        </message>
        <message numerus="yes">
            <source>{share} done by {count} computers</source>
            <extracomment>For one: {share} done by {count} computer</extracomment>
            <translation>
                <numerusform>{count} 台电脑已完成 {share}</numerusform>
            </translation>
        </message>
        <message>
            <source>tonight</source>
            <translation>今晚</translation>
        </message>
        <message>
            <source>earned</source>
            <translation>已赚取</translation>
        </message>
        <message>
            <source>{credited}, of it paid {paid}</source>
            <translation>{credited}，其中已支付 {paid}</translation>
        </message>
        <message>
            <source>dashboard</source>
            <translation>网络页面</translation>
        </message>
        <message>
            <source>Ctrl-C hands over and ends</source>
            <translation>按 Ctrl-C 交接并结束</translation>
        </message>
    </context>
    <context>
        <name>app.control.logs</name>
        <message>
            <source>Check the profile's folder.</source>
            <translation>请检查配置的文件夹。</translation>
        </message>
        <message>
            <source>The log can't be written: {problem}.</source>
            <translation>无法写入日志：{problem}。</translation>
        </message>
    </context>
    <context>
        <name>app.control.removing</name>
        <message>
            <source>The app does not end, so nothing was removed.</source>
            <translation>应用没有退出，因此没有移除任何内容。</translation>
        </message>
        <message>
            <source>The app itself stays: delete its folder, {folder}.</source>
            <translation>应用本身会保留：请删除它的文件夹 {folder}。</translation>
        </message>
        <message>
            <source>The app itself stays: put Train at Home from the Applications folder into the bin.</source>
            <translation>应用本身会保留：请把“应用程序”文件夹中的 Train at Home 移到废纸篓。</translation>
        </message>
        <message>
            <source>The app itself stays: uninstall Train at Home under Settings, Apps.</source>
            <translation>应用本身会保留：请在“设置”的“应用”中卸载 Train at Home。</translation>
        </message>
        <message>
            <source>The app itself stays: run ~/.local/lib/train-at-home/uninstall.sh, or, where it came as a package, sudo apt remove train-at-home.</source>
            <translation>应用本身会保留：请运行 ~/.local/lib/train-at-home/uninstall.sh；如果是以软件包安装，请运行 sudo apt remove train-at-home。</translation>
        </message>
    </context>
    <context>
        <name>app.control.report_gathering</name>
        <message>
            <source>The app was not running, so its readings and outcomes are missing.</source>
            <translation>应用没有运行，因此缺少它的读数和结果。</translation>
        </message>
        <message>
            <source>The app did not answer: {why}</source>
            <translation>应用没有应答：{why}</translation>
        </message>
        <message>
            <source>from source</source>
            <translation>从源代码</translation>
        </message>
        <message>
            <source>as a package</source>
            <translation>以软件包</translation>
        </message>
    </context>
    <context>
        <name>app.control.reports.activity</name>
        <message>
            <source>So many days are not kept.</source>
            <translation>没有保存这么多天。</translation>
        </message>
        <message>
            <source>Ask for 1 to {most}.</source>
            <translation>请填 1 到 {most}。</translation>
        </message>
    </context>
    <context>
        <name>app.control.reports.earnings_text</name>
        <message>
            <source>credited</source>
            <translation>已入账</translation>
        </message>
        <message>
            <source>pending</source>
            <translation>待支付</translation>
        </message>
        <message>
            <source>held</source>
            <translation>暂扣</translation>
        </message>
        <message>
            <source>paid</source>
            <translation>已支付</translation>
        </message>
        <message>
            <source>prices</source>
            <translation>价格</translation>
        </message>
        <message>
            <source>payouts</source>
            <translation>付款</translation>
        </message>
        <message>
            <source>ever</source>
            <translation>至今</translation>
        </message>
        <message>
            <source>today</source>
            <translation>今天</translation>
        </message>
        <message numerus="yes">
            <source>in {count} days</source>
            <extracomment>For one: in {count} day</extracomment>
            <translation>
                <numerusform>{count} 天内</numerusform>
            </translation>
        </message>
        <message>
            <source>{kwh} kWh ({source})</source>
            <translation>{kwh} kWh（{source}）</translation>
        </message>
        <message>
            <source>measured</source>
            <translation>测得</translation>
        </message>
        <message>
            <source>by your meter</source>
            <translation>按你的电表</translation>
        </message>
        <message>
            <source>estimated</source>
            <translation>估计</translation>
        </message>
        <message>
            <source>price unknown</source>
            <translation>价格未知</translation>
        </message>
        <message>
            <source>{money} for {credit} of checked work</source>
            <translation>{money}，对应已核对的工作 {credit}</translation>
        </message>
        <message numerus="yes">
            <source>{count} sessions, {hours} h of training, {tokens} tokens</source>
            <extracomment>For one: {count} session, {hours} h of training, {tokens} tokens</extracomment>
            <translation>
                <numerusform>{count} 次，训练 {hours} 小时，{tokens} 词元</numerusform>
            </translation>
        </message>
        <message>
            <source>energy</source>
            <translation>能耗</translation>
        </message>
    </context>
    <context>
        <name>app.control.reports.limits_text</name>
        <message>
            <source>{name} = {now}   (before: {before})</source>
            <translation>{name} = {now}   （之前：{before}）</translation>
        </message>
        <message>
            <source>It counts once {switch} is automatic or on.</source>
            <translation>当 {switch} 为 automatic 或 on 时才生效。</translation>
        </message>
        <message>
            <source>It was so already.</source>
            <translation>本来就是如此。</translation>
        </message>
        <message>
            <source>note</source>
            <translation>提示</translation>
        </message>
        <message>
            <source>not asked for</source>
            <translation>未要求</translation>
        </message>
        <message>
            <source>yes</source>
            <translation>是</translation>
        </message>
        <message>
            <source>no</source>
            <translation>否</translation>
        </message>
        <message>
            <source>can't tell</source>
            <translation>无法判断</translation>
        </message>
        <message>
            <source>threads</source>
            <translation>线程</translation>
        </message>
        <message>
            <source>graphics cards</source>
            <translation>显卡</translation>
        </message>
        <message>
            <source>of the time</source>
            <translation>的时间</translation>
        </message>
        <message>
            <source>graphics memory</source>
            <translation>显存</translation>
        </message>
        <message>
            <source>disk</source>
            <translation>磁盘</translation>
        </message>
        <message>
            <source>{size}, and {free} stay free</source>
            <translation>{size}，并保留 {free} 空闲</translation>
        </message>
        <message>
            <source>upload</source>
            <translation>上传</translation>
        </message>
        <message>
            <source>download</source>
            <translation>下载</translation>
        </message>
        <message>
            <source>data in a month</source>
            <translation>每月流量</translation>
        </message>
        <message>
            <source>at most</source>
            <translation>最多</translation>
        </message>
        <message>
            <source>no limit</source>
            <translation>不限</translation>
        </message>
        <message>
            <source>{size} a second</source>
            <translation>每秒 {size}</translation>
        </message>
    </context>
    <context>
        <name>app.control.server</name>
        <message>
            <source>The command line can't reach this app: {problem}.</source>
            <translation>命令行无法连接到这个应用：{problem}。</translation>
        </message>
        <message>
            <source>Check who may write in the profile's folder.</source>
            <translation>请检查谁可以写入配置的文件夹。</translation>
        </message>
        <message>
            <source>Another program listens in its place. Log out and in again, then start the app anew.</source>
            <translation>有另一个程序在它的位置上监听。请注销后重新登录，再启动本应用。</translation>
        </message>
        <message>
            <source>What was asked is too long for this app.</source>
            <translation>请求对本应用来说太长。</translation>
        </message>
        <message>
            <source>Ask for less at once.</source>
            <translation>请一次少问一些。</translation>
        </message>
        <message>
            <source>Too many programs speak with this app at once.</source>
            <translation>同时与本应用通信的程序太多。</translation>
        </message>
        <message>
            <source>Try again in a moment.</source>
            <translation>请稍后再试。</translation>
        </message>
        <message>
            <source>This app belongs to another user of this computer.</source>
            <translation>本应用属于这台电脑的另一个用户。</translation>
        </message>
        <message>
            <source>Only that user may ask it for anything.</source>
            <translation>只有该用户可以向它发出请求。</translation>
        </message>
        <message>
            <source>This app speaks control version {ours}, not {theirs}.</source>
            <translation>这个应用使用控制版本 {ours}，而不是 {theirs}。</translation>
        </message>
        <message>
            <source>Use the command line that came with the app.</source>
            <translation>请使用随应用一起提供的命令行。</translation>
        </message>
        <message>
            <source>This app made a mistake.</source>
            <translation>这个应用出错了。</translation>
        </message>
        <message>
            <source>Its log says more.</source>
            <translation>它的日志中有更多信息。</translation>
        </message>
        <message>
            <source>The first line must be a greeting.</source>
            <translation>第一行必须是问候。</translation>
        </message>
    </context>
    <context>
        <name>app.control.verbs</name>
        <message>
            <source>This app runs without a window.</source>
            <translation>这个应用在没有窗口的情况下运行。</translation>
        </message>
        <message>
            <source>Its state: train-at-home status</source>
            <translation>它的状态：train-at-home status</translation>
        </message>
        <message>
            <source>One greeting is enough.</source>
            <translation>问候一次就够了。</translation>
        </message>
        <message>
            <source>So many days can't be added up.</source>
            <translation>无法合计这么多天。</translation>
        </message>
        <message>
            <source>Ask for 1 to {most}, or leave it out for all.</source>
            <translation>请填 1 到 {most}，或留空表示全部。</translation>
        </message>
        <message>
            <source>The payout address can't be changed from outside the window.</source>
            <translation>收款地址只能在窗口中更改。</translation>
        </message>
        <message>
            <source>Open Train at Home and change it there; nothing else of this request was done.</source>
            <translation>请打开 Train at Home 在其中更改；这个请求的其他部分也没有执行。</translation>
        </message>
    </context>
    <context>
        <name>app.core.activity.store</name>
        <message>
            <source>What this computer does can't be written down: {problem}.</source>
            <translation>无法记录这台电脑的活动：{problem}。</translation>
        </message>
        <message>
            <source>Free some disk space; training is not touched by that.</source>
            <translation>请腾出一些磁盘空间；训练不受影响。</translation>
        </message>
        <message>
            <source>What this computer did can't be read: {problem}.</source>
            <translation>无法读取这台电脑的活动记录：{problem}。</translation>
        </message>
        <message>
            <source>Check who may read it.</source>
            <translation>请检查谁可以读取它。</translation>
        </message>
    </context>
    <context>
        <name>app.core.activity.words</name>
        <message>
            <source>trained gently</source>
            <translation>轻度训练</translation>
        </message>
        <message>
            <source>trained</source>
            <translation>训练</translation>
        </message>
        <message>
            <source>, with less at once because memory ran short</source>
            <translation>，因内存不足而减少了同时处理的量</translation>
        </message>
        <message>
            <source>stopped by an error</source>
            <translation>因错误停止</translation>
        </message>
        <message>
            <source>stopped by an error: {title}</source>
            <translation>因错误停止：{title}</translation>
        </message>
        <message>
            <source>the computer slept</source>
            <translation>电脑休眠</translation>
        </message>
        <message>
            <source>the app did not run</source>
            <translation>应用没有运行</translation>
        </message>
        <message>
            <source>nothing was recorded</source>
            <translation>没有记录</translation>
        </message>
        <message>
            <source>still to come</source>
            <translation>尚未到来</translation>
        </message>
        <message>
            <source>{times}: {what}.</source>
            <translation>{times}：{what}。</translation>
        </message>
        <message>
            <source>{begins} to {ends}</source>
            <translation>{begins} 至 {ends}</translation>
        </message>
        <message>
            <source>{minutes} min</source>
            <translation>{minutes} 分钟</translation>
        </message>
        <message>
            <source>{hours} h</source>
            <translation>{hours} 小时</translation>
        </message>
        <message>
            <source>{hours} h {minutes} min</source>
            <translation>{hours} 小时 {minutes} 分钟</translation>
        </message>
        <message>
            <source>Today</source>
            <translation>今天</translation>
        </message>
        <message>
            <source>Yesterday</source>
            <translation>昨天</translation>
        </message>
        <message>
            <source>{first} to {last}</source>
            <translation>{first}至{last}</translation>
        </message>
        <message>
            <source>Trained {length}, earned {money}</source>
            <translation>训练了 {length}，赚取 {money}</translation>
        </message>
        <message>
            <source>Trained {length}</source>
            <translation>训练了 {length}</translation>
        </message>
        <message>
            <source>Nothing was recorded</source>
            <translation>没有记录</translation>
        </message>
        <message>
            <source>Did not train</source>
            <translation>没有训练</translation>
        </message>
        <message>
            <source>Did not train: {what}</source>
            <translation>没有训练：{what}</translation>
        </message>
        <message>
            <source>{text}; earned {money}</source>
            <translation>{text}；赚取 {money}</translation>
        </message>
        <message>
            <source>; a day of {hours} h, since clocks changed</source>
            <translation>；因时钟调整，这一天有 {hours} 小时</translation>
        </message>
        <message>
            <source>Your hours have not come yet in the last seven days.</source>
            <translation>过去七天里还没有到过你的时段。</translation>
        </message>
        <message>
            <source>Last night was left out, as you asked.</source>
            <translation>昨晚按你的要求跳过了。</translation>
        </message>
        <message>
            <source>{when}: nothing is recorded yet. What is done appears here after a minute.</source>
            <translation>{when}：尚无记录。完成的工作一分钟后会显示在这里。</translation>
        </message>
        <message>
            <source>{when}: nothing was recorded.</source>
            <translation>{when}：没有记录。</translation>
        </message>
        <message>
            <source>{when}: trained all of {whole}.</source>
            <translation>{when}：训练了全部 {whole}。</translation>
        </message>
        <message>
            <source>{when}: did not train in {whole}</source>
            <translation>{when}：{whole} 内没有训练</translation>
        </message>
        <message>
            <source>{when}: trained {trained} of {whole}</source>
            <translation>{when}：{whole} 中训练了 {trained}</translation>
        </message>
        <message>
            <source>; </source>
            <translation>；</translation>
        </message>
        <message>
            <source>In the last 24 hours</source>
            <translation>过去 24 小时</translation>
        </message>
        <message>
            <source>Tonight so far</source>
            <translation>今晚到目前为止</translation>
        </message>
        <message>
            <source>Last night</source>
            <translation>昨晚</translation>
        </message>
        <message>
            <source>In your hours since {day}, {time}</source>
            <translation>自 {day} {time} 开始的时段</translation>
        </message>
        <message>
            <source>In your last hours, from {day}, {time}</source>
            <translation>自 {day} {time} 开始的上一个时段</translation>
        </message>
        <message numerus="yes">
            <source>{count} shorter interruptions</source>
            <extracomment>For one: one shorter interruption</extracomment>
            <translation>
                <numerusform>{count} 次较短的中断</numerusform>
            </translation>
        </message>
        <message>
            <source>from {time} with less at once, because memory ran short</source>
            <translation>从 {time} 起因内存不足而减少了同时处理的量</translation>
        </message>
        <message>
            <source>paused from {begins} to {ends}, {why}</source>
            <translation>{begins} 至 {ends} 暂停，{why}</translation>
        </message>
        <message>
            <source>because the computer was going to sleep</source>
            <translation>因为电脑将要休眠</translation>
        </message>
        <message>
            <source>because this version was too old</source>
            <translation>因为这个版本太旧</translation>
        </message>
        <message>
            <source>because the computer was on battery</source>
            <translation>因为电脑在用电池</translation>
        </message>
        <message>
            <source>because the battery was not charged enough</source>
            <translation>因为电池电量不足</translation>
        </message>
        <message>
            <source>because the computer was saving energy</source>
            <translation>因为电脑在节能</translation>
        </message>
        <message>
            <source>because electricity cost too much</source>
            <translation>因为电费太贵</translation>
        </message>
        <message>
            <source>because the connection was paid by volume</source>
            <translation>因为连接按流量计费</translation>
        </message>
        <message>
            <source>because the month's data allowance was used up</source>
            <translation>因为本月流量已用完</translation>
        </message>
        <message>
            <source>because a program of yours needed the computer</source>
            <translation>因为你的某个程序需要电脑</translation>
        </message>
        <message>
            <source>because something filled the screen</source>
            <translation>因为有内容占满屏幕</translation>
        </message>
        <message>
            <source>because somebody else used the computer</source>
            <translation>因为有其他人在使用电脑</translation>
        </message>
        <message>
            <source>because you were using the computer</source>
            <translation>因为你在使用电脑</translation>
        </message>
        <message>
            <source>because the computer was too hot</source>
            <translation>因为电脑太热</translation>
        </message>
        <message>
            <source>because the graphics card was too hot</source>
            <translation>因为显卡太热</translation>
        </message>
        <message>
            <source>because the fans were too loud</source>
            <translation>因为风扇太吵</translation>
        </message>
        <message>
            <source>because too little memory was free</source>
            <translation>因为空闲内存太少</translation>
        </message>
        <message>
            <source>because too little disk space was free</source>
            <translation>因为磁盘空间太少</translation>
        </message>
        <message>
            <source>because the network could not be reached</source>
            <translation>因为无法连接网络</translation>
        </message>
        <message>
            <source>from {begins} to {ends} {what}</source>
            <translation>{begins} 至 {ends} {what}</translation>
        </message>
        <message>
            <source>was starting</source>
            <translation>正在启动</translation>
        </message>
        <message>
            <source>downloaded its part of the model</source>
            <translation>下载模型中属于它的部分</translation>
        </message>
        <message>
            <source>waited for other computers</source>
            <translation>等待其他电脑</translation>
        </message>
        <message>
            <source>waited for the next training, since one was done</source>
            <translation>一次训练已完成，等待下一次</translation>
        </message>
        <message>
            <source>paused, because the app could not tell about a condition that you asked to watch</source>
            <translation>暂停，因为应用无法判断你要求留意的一项条件</translation>
        </message>
        <message>
            <source>left out, as you asked</source>
            <translation>按你的要求跳过</translation>
        </message>
        <message>
            <source>a day off</source>
            <translation>休息日</translation>
        </message>
        <message>
            <source>too late to begin in these hours</source>
            <translation>太晚，来不及在这些时段开始</translation>
        </message>
        <message>
            <source>outside your hours</source>
            <translation>不在你的时段内</translation>
        </message>
        <message>
            <source>paused by you</source>
            <translation>由你暂停</translation>
        </message>
        <message>
            <source>turned off by you</source>
            <translation>由你关闭</translation>
        </message>
        <message>
            <source>finished, as you asked</source>
            <translation>按你的要求完成</translation>
        </message>
        <message>
            <source>no network was chosen</source>
            <translation>没有选择网络</translation>
        </message>
        <message>
            <source>paused</source>
            <translation>暂停</translation>
        </message>
        <message>
            <source>paused, {why}</source>
            <translation>暂停，{why}</translation>
        </message>
    </context>
    <context>
        <name>app.core.computer.device_words</name>
        <message>
            <source>Suitable</source>
            <translation>适合</translation>
        </message>
        <message>
            <source>Limited</source>
            <translation>有限</translation>
        </message>
        <message>
            <source>Not suitable</source>
            <translation>不适合</translation>
        </message>
        <message>
            <source>It can hold a part of a large model and train it well.</source>
            <translation>它能容纳大模型的一部分并很好地训练。</translation>
        </message>
        <message>
            <source>{size} of memory</source>
            <translation>{size} 内存</translation>
        </message>
        <message>
            <source>1 core</source>
            <translation>1 个核心</translation>
        </message>
        <message>
            <source>{count} cores</source>
            <translation>{count} 个核心</translation>
        </message>
        <message>
            <source>driver {version}</source>
            <translation>驱动程序 {version}</translation>
        </message>
        <message>
            <source>Free disk space is not known. Training may take {size}.</source>
            <translation>空闲磁盘空间未知。训练最多可占用 {size}。</translation>
        </message>
        <message>
            <source>Only {free} of the disk are free, and {kept} must stay free. Make room, or keep less free under Limits.</source>
            <translation>磁盘只有 {free} 空闲，其中 {kept} 必须保持空闲。请腾出空间，或在“限制”中减少要保持的空闲空间。</translation>
        </message>
        <message>
            <source>{free} of the disk are free; training may take {size} of that.</source>
            <translation>磁盘有 {free} 空闲；训练最多可占用其中 {size}。</translation>
        </message>
        <message>
            <source>This computer suits: {name} can train.</source>
            <translation>这台电脑适合：{name} 可以训练。</translation>
        </message>
        <message>
            <source>This computer can train, with limits.</source>
            <translation>这台电脑可以训练，但有限制。</translation>
        </message>
        <message>
            <source>Nothing in this computer can train.</source>
            <translation>这台电脑中没有可以训练的设备。</translation>
        </message>
        <message>
            <source>Computes with CUDA</source>
            <translation>用 CUDA 计算</translation>
        </message>
        <message>
            <source>Computes with ROCm</source>
            <translation>用 ROCm 计算</translation>
        </message>
        <message>
            <source>Computes with XPU</source>
            <translation>用 XPU 计算</translation>
        </message>
        <message>
            <source>Computes with Metal (MPS)</source>
            <translation>用 Metal（MPS）计算</translation>
        </message>
        <message>
            <source>Computes on the processor</source>
            <translation>用处理器计算</translation>
        </message>
        <message>
            <source>Its driver is too old for the training engine. Install the newest one from its maker.</source>
            <translation>它的驱动程序对训练引擎来说太旧。请安装制造商的最新版本。</translation>
        </message>
        <message>
            <source>The training engine has no code for this chip.</source>
            <translation>训练引擎没有适用于这种芯片的代码。</translation>
        </message>
        <message>
            <source>The training engine can't use it on this operating system.</source>
            <translation>训练引擎在这个操作系统上不能使用它。</translation>
        </message>
        <message>
            <source>It has too little memory even for a small part of a model.</source>
            <translation>它的内存连模型的一小部分也容纳不下。</translation>
        </message>
        <message>
            <source>Its memory is enough for small parts of a model only.</source>
            <translation>它的内存只够容纳模型的小部分。</translation>
        </message>
        <message>
            <source>It can train, but a graphics card would be many times as fast.</source>
            <translation>它可以训练，但显卡会快很多倍。</translation>
        </message>
        <message>
            <source>It could train too. The graphics card is many times as fast, so that is used.</source>
            <translation>它也可以训练。显卡快很多倍，因此使用显卡。</translation>
        </message>
    </context>
    <context>
        <name>app.core.computer.line_words</name>
        <message>
            <source>The internet line was not measured: no network is chosen yet.</source>
            <translation>没有测量互联网线路：还没有选择网络。</translation>
        </message>
        <message>
            <source>The internet line was not measured: a network on this computer needs none.</source>
            <translation>没有测量互联网线路：这台电脑上的网络不需要它。</translation>
        </message>
        <message>
            <source>The internet line was not measured: it is, or may be, paid by volume.</source>
            <translation>没有测量互联网线路：它按流量计费，或可能如此。</translation>
        </message>
        <message>
            <source>The internet line was not measured: too little is left of this month's data for it.</source>
            <translation>没有测量互联网线路：本月剩余的流量不够。</translation>
        </message>
        <message>
            <source>The internet line was not measured: how much of this month's data is used up can't be read.</source>
            <translation>没有测量互联网线路：无法读取本月已用了多少流量。</translation>
        </message>
        <message>
            <source>The internet line was not measured: the training engine on this computer is older and can't do that yet.</source>
            <translation>没有测量互联网线路：这台电脑上的训练引擎较旧，还不会测量。</translation>
        </message>
        <message>
            <source>The internet line was not measured: the network does not answer. Check the internet connection.</source>
            <translation>没有测量互联网线路：网络没有应答。请检查互联网连接。</translation>
        </message>
        <message>
            <source>The internet line was not measured: the network has too much to do, or the connection broke off. Measure again in some minutes.</source>
            <translation>没有测量互联网线路：网络太忙，或连接中断了。请过几分钟再测一次。</translation>
        </message>
        <message>
            <source>The internet line was not measured: this network does not offer that.</source>
            <translation>没有测量互联网线路：这个网络不提供测量。</translation>
        </message>
        <message>
            <source>The internet line was not measured: in some seconds hardly anything came through, too little for training.</source>
            <translation>没有测量互联网线路：几秒钟内几乎没有数据通过，不足以训练。</translation>
        </message>
        <message>
            <source>Before that, it measures your internet line for some seconds, with bytes that mean nothing, to {host} and back: at most {amount}, which count towards this month's data.</source>
            <translation>会先用几秒钟测量你的互联网线路：与 {host} 来回传送无意义的数据，最多 {amount}，计入本月流量。</translation>
        </message>
        <message>
            <source>Nothing is sent: your internet line is measured too once a network is chosen.</source>
            <translation>不会发送任何内容：选择网络之后，也会测量你的互联网线路。</translation>
        </message>
        <message>
            <source>Nothing is sent.</source>
            <translation>不会发送任何内容。</translation>
        </message>
        <message>
            <source>{up} up, {down} down</source>
            <translation>上传 {up}，下载 {down}</translation>
        </message>
        <message>
            <source>over {rate} Mbit/s</source>
            <translation>超过 {rate} Mbit/s</translation>
        </message>
        <message>
            <source>{rate} Mbit/s</source>
            <translation>{rate} Mbit/s</translation>
        </message>
        <message>
            <source>Your own limits for sending and receiving hold it there.</source>
            <translation>你自己设置的发送和接收限制使它只有这么快。</translation>
        </message>
        <message>
            <source>Your own limit for sending allows no more.</source>
            <translation>你自己设置的发送限制使它只有这么快。</translation>
        </message>
        <message>
            <source>Your own limit for receiving allows no more.</source>
            <translation>你自己设置的接收限制使它只有这么快。</translation>
        </message>
        <message>
            <source>While it trains, what this computer sends is compressed as much as the line up asks for.</source>
            <translation>训练时，这台电脑发送的内容会按上传线路的需要进行压缩。</translation>
        </message>
        <message>
            <source>Thin for “{title}”: even compressed {times} times, only about {share} of what this computer could compute there can be sent in time. The rest of its time it waits.</source>
            <translation>对“{title}”来说偏慢：即使压缩 {times} 倍，这台电脑在那里能算出的内容也只有约 {share} 能及时发送。其余时间它在等待。</translation>
        </message>
        <message>
            <source>Enough for “{title}”: everything this computer computes there can be sent in time, even uncompressed.</source>
            <translation>对“{title}”来说足够：这台电脑在那里算出的一切都能及时发送，甚至不用压缩。</translation>
        </message>
        <message>
            <source>Enough for “{title}”: everything this computer computes there can be sent in time, compressed {times} times.</source>
            <translation>对“{title}”来说足够：压缩 {times} 倍后，这台电脑在那里算出的一切都能及时发送。</translation>
        </message>
    </context>
    <context>
        <name>app.core.computer.speed</name>
        <message>
            <source>The system ended the measurement, most likely because memory ran out.</source>
            <translation>系统结束了测量，很可能是内存不足。</translation>
        </message>
        <message>
            <source>Close other programs and measure again.</source>
            <translation>请关闭其他程序，然后再测一次。</translation>
        </message>
        <message>
            <source>The log says more.</source>
            <translation>日志中有更多信息。</translation>
        </message>
        <message>
            <source>The measurement ended before it was done (code {code}).</source>
            <translation>测量未完成就结束了（退出码 {code}）。</translation>
        </message>
        <message>
            <source>Stopped, as you asked.</source>
            <translation>已按你的要求停止。</translation>
        </message>
        <message>
            <source>Nothing was measured.</source>
            <translation>没有测得任何结果。</translation>
        </message>
        <message>
            <source>The measurement did not answer any more and was ended.</source>
            <translation>测量不再应答，已结束。</translation>
        </message>
        <message>
            <source>Measure again when the computer is less busy.</source>
            <translation>请在电脑不太忙时再测一次。</translation>
        </message>
        <message>
            <source>The measurement took longer than a minute and was ended.</source>
            <translation>测量超过一分钟，已结束。</translation>
        </message>
        <message>
            <source>The measurement said what this app can't read.</source>
            <translation>测量给出的内容是这个应用无法读取的。</translation>
        </message>
        <message>
            <source>Update the app and its training engine, then measure again.</source>
            <translation>请更新应用和训练引擎，然后再测一次。</translation>
        </message>
        <message>
            <source>This computer is training now, so its speed can't be measured beside that.</source>
            <translation>这台电脑正在训练，因此无法同时测量速度。</translation>
        </message>
        <message>
            <source>Pause it first, then measure.</source>
            <translation>请先暂停，然后测量。</translation>
        </message>
    </context>
    <context>
        <name>app.core.computer.speed_words</name>
        <message>
            <source>Measuring the internet line…</source>
            <translation>正在测量互联网线路…</translation>
        </message>
        <message>
            <source>Warming up…</source>
            <translation>正在预热…</translation>
        </message>
        <message>
            <source>Measuring: {speed} tokens a second</source>
            <translation>正在测量：每秒 {speed} 词元</translation>
        </message>
        <message>
            <source>{celsius} °C</source>
            <translation>{celsius} °C</translation>
        </message>
        <message>
            <source>{low} to {high} tokens an hour</source>
            <translation>每小时 {low} 至 {high} 词元</translation>
        </message>
        <message>
            <source>A token is a piece of a word. This was a small test part with {weights} weights; a real part is larger and takes longer for each token. The lower figure allows for waiting for other computers.</source>
            <translation>词元是词的一个片段。这是一个有 {weights} 个权重的小测试部分；真正的部分更大，每个词元耗时更长。较低的数字已计入等待其他电脑的时间。</translation>
        </message>
        <message>
            <source>Other programs were busy meanwhile; in a quiet hour it may be more.</source>
            <translation>测量时其他程序在忙；空闲时可能更快。</translation>
        </message>
        <message>
            <source>This computer will earn little: a gaming graphics card of the middle class does about {times} times as much. Its work counts all the same.</source>
            <translation>这台电脑的收益会很少：中档游戏显卡大约是它的 {times} 倍。它的工作同样算数。</translation>
        </message>
        <message>
            <source>A gaming graphics card of the middle class does about {times} times as much.</source>
            <translation>中档游戏显卡大约是它的 {times} 倍。</translation>
        </message>
        <message>
            <source>That is about as much as a gaming graphics card of the middle class does, or more.</source>
            <translation>这大约相当于一块中档游戏显卡，或更高。</translation>
        </message>
    </context>
    <context>
        <name>app.core.computer.wakefulness</name>
        <message>
            <source>This system does not let the app keep the computer awake while it trains.</source>
            <translation>系统不允许本应用在训练时让电脑保持唤醒。</translation>
        </message>
        <message>
            <source>It may fall asleep in the middle of your hours. Turn off sleeping in the system's own settings.</source>
            <translation>电脑可能在你的时段中途睡眠。请在系统设置中关闭睡眠。</translation>
        </message>
    </context>
    <context>
        <name>app.core.engine.child_process</name>
        <message>
            <source>Install the app again.</source>
            <translation>请重新安装应用。</translation>
        </message>
        <message>
            <source>Start the app again.</source>
            <translation>请重新启动应用。</translation>
        </message>
        <message>
            <source>{name} can't be started: {problem}.</source>
            <translation>无法启动 {name}：{problem}。</translation>
        </message>
    </context>
    <context>
        <name>app.core.engine.orders</name>
        <message>
            <source>Free some disk space, or check who may write there.</source>
            <translation>请腾出一些磁盘空间，或检查谁可以在那里写入。</translation>
        </message>
        <message>
            <source>{path} can't be made: {problem}.</source>
            <translation>无法创建 {path}：{problem}。</translation>
        </message>
    </context>
    <context>
        <name>app.core.engine.phase</name>
        <message>
            <source>The engine crashed ({status}).</source>
            <translation>训练引擎崩溃（{status}）。</translation>
        </message>
        <message>
            <source>The system ended the engine, most likely because memory ran out.</source>
            <translation>系统结束了训练程序，很可能是内存耗尽。</translation>
        </message>
        <message>
            <source>Close other programs, or give training less memory under Limits.</source>
            <translation>请关闭其他程序，或在“限制”中减少训练可用的内存。</translation>
        </message>
        <message>
            <source>The engine ended unexpectedly (exit code {code}).</source>
            <translation>训练引擎意外退出（退出码 {code}）。</translation>
        </message>
        <message>
            <source>The engine crashed (signal {signal}).</source>
            <translation>训练引擎崩溃（信号 {signal}）。</translation>
        </message>
        <message>
            <source>The engine belongs to another version of this app.</source>
            <translation>训练引擎属于这个应用的另一个版本。</translation>
        </message>
    </context>
    <context>
        <name>app.core.engine.process</name>
        <message>
            <source>The engine did not answer any more and was ended.</source>
            <translation>训练程序不再响应，已被结束。</translation>
        </message>
        <message>
            <source>The engine did not answer when it was started.</source>
            <translation>训练引擎启动时没有应答。</translation>
        </message>
    </context>
    <context>
        <name>app.core.example</name>
        <message>
            <source>An example network</source>
            <translation>示例网络</translation>
        </message>
        <message>
            <source>An example training</source>
            <translation>示例训练</translation>
        </message>
    </context>
    <context>
        <name>app.core.gates.words</name>
        <message>
            <source>processor {now} °C</source>
            <translation>处理器 {now} °C</translation>
        </message>
        <message>
            <source>processor {now} of {most} °C</source>
            <translation>处理器 {now} / {most} °C</translation>
        </message>
        <message>
            <source>graphics card {now} °C</source>
            <translation>显卡 {now} °C</translation>
        </message>
        <message>
            <source>graphics card {now} of {most} °C</source>
            <translation>显卡 {now} / {most} °C</translation>
        </message>
        <message>
            <source>{now} memory free</source>
            <translation>可用内存 {now}</translation>
        </message>
        <message>
            <source>{now} memory free, {least} wanted</source>
            <translation>可用内存 {now}，需要 {least}</translation>
        </message>
        <message>
            <source>{now} disk free</source>
            <translation>可用磁盘 {now}</translation>
        </message>
        <message>
            <source>{now} disk free, {least} wanted</source>
            <translation>可用磁盘 {now}，需要 {least}</translation>
        </message>
        <message>
            <source>{used} of {most} this month</source>
            <translation>本月 {used} / {most}</translation>
        </message>
        <message>
            <source>{used} this month</source>
            <translation>本月 {used}</translation>
        </message>
        <message>
            <source>{fact}, says {source}</source>
            <translation>{fact}，来源：{source}</translation>
        </message>
        <message>
            <source>{fact}; looked at again at {time}</source>
            <translation>{fact}；{time} 再次查看</translation>
        </message>
        <message>
            <source>This system has no way that we know of to start the app with your session.</source>
            <translation>据我们所知，这个系统无法让应用随登录启动。</translation>
        </message>
        <message>
            <source>The app does not start with your session.</source>
            <translation>应用不会随登录启动。</translation>
        </message>
        <message>
            <source>The app starts with your session, from the next one on ({way}).</source>
            <translation>应用会随登录启动，从下次登录起（{way}）。</translation>
        </message>
        <message>
            <source>If it should die, the system brings it back.</source>
            <translation>如果它意外退出，系统会让它恢复。</translation>
        </message>
        <message>
            <source>If it should die, it comes back with the next session.</source>
            <translation>如果它意外退出，会在下次登录时恢复。</translation>
        </message>
        <message>
            <source>The network was not asked yet</source>
            <translation>还没有询问网络</translation>
        </message>
        <message>
            <source>No programs are watched for, or none could be listed</source>
            <translation>没有要留意的程序，或无法列出程序</translation>
        </message>
        <message>
            <source>What was sent and received this month can't be read</source>
            <translation>无法读取本月的收发流量</translation>
        </message>
        <message>
            <source>No price of electricity is given: it is set in Earnings, under Prices</source>
            <translation>未填写电价：请在“收益”的“价格”中设置</translation>
        </message>
        <message>
            <source>Nothing on this computer tells</source>
            <translation>这台电脑上没有可以判断的来源</translation>
        </message>
        <message>
            <source>A network is chosen</source>
            <translation>已选择网络</translation>
        </message>
        <message>
            <source>No network is chosen</source>
            <translation>没有选择网络</translation>
        </message>
        <message>
            <source>The computer is awake</source>
            <translation>电脑处于唤醒状态</translation>
        </message>
        <message>
            <source>The computer is about to sleep</source>
            <translation>电脑即将休眠</translation>
        </message>
        <message>
            <source>The network speaks this version</source>
            <translation>网络使用这个版本</translation>
        </message>
        <message>
            <source>The network speaks another version</source>
            <translation>网络使用另一个版本</translation>
        </message>
        <message>
            <source>The clock is within your hours</source>
            <translation>当前时间在你的时段内</translation>
        </message>
        <message>
            <source>The clock is outside your hours</source>
            <translation>当前时间不在你的时段内</translation>
        </message>
        <message>
            <source>An address is given</source>
            <translation>已填写地址</translation>
        </message>
        <message>
            <source>No address is given; credit is kept until one is</source>
            <translation>没有填写地址；在填写之前入账会一直保留</translation>
        </message>
        <message>
            <source>Energy is not being saved</source>
            <translation>没有在节能</translation>
        </message>
        <message>
            <source>The computer saves energy</source>
            <translation>电脑在节能</translation>
        </message>
        <message>
            <source>A kilowatt hour costs {now}, {limit} at most</source>
            <translation>每千瓦时 {now}，最多 {limit}</translation>
        </message>
        <message>
            <source>The battery is not in use</source>
            <translation>没有使用电池</translation>
        </message>
        <message>
            <source>Battery at {share}, {least} wanted</source>
            <translation>电量 {share}，要求 {least}</translation>
        </message>
        <message>
            <source>On mains</source>
            <translation>已接通电源</translation>
        </message>
        <message>
            <source>On battery</source>
            <translation>使用电池</translation>
        </message>
        <message>
            <source>On mains, battery at {share}</source>
            <translation>已接通电源，电量 {share}</translation>
        </message>
        <message>
            <source>On battery, {share} left</source>
            <translation>使用电池，剩余 {share}</translation>
        </message>
        <message>
            <source>The connection is not paid by volume</source>
            <translation>连接不按流量计费</translation>
        </message>
        <message>
            <source>The connection is paid by volume</source>
            <translation>连接按流量计费</translation>
        </message>
        <message>
            <source>There is no way out to the internet</source>
            <translation>没有通往互联网的连接</translation>
        </message>
        <message>
            <source>The network answered</source>
            <translation>网络已应答</translation>
        </message>
        <message>
            <source>The network did not answer</source>
            <translation>网络没有应答</translation>
        </message>
        <message>
            <source>{used} of {most} used this month</source>
            <translation>本月已用 {used}，共 {most}</translation>
        </message>
        <message>
            <source>Last touched {seconds} s ago, {least} s wanted</source>
            <translation>上次操作在 {seconds} 秒前，要求 {least} 秒</translation>
        </message>
        <message>
            <source>No watched program runs</source>
            <translation>没有运行要留意的程序</translation>
        </message>
        <message>
            <source>{names} runs</source>
            <translation>{names} 正在运行</translation>
        </message>
        <message>
            <source>Nobody else is at this computer</source>
            <translation>没有其他人在使用这台电脑</translation>
        </message>
        <message>
            <source>{name} is at this computer</source>
            <translation>{name} 正在使用这台电脑</translation>
        </message>
        <message>
            <source>Somebody else</source>
            <translation>其他人</translation>
        </message>
        <message>
            <source>Nothing fills the screen</source>
            <translation>没有内容占满屏幕</translation>
        </message>
        <message>
            <source>{name} fills the screen</source>
            <translation>{name}占满了屏幕</translation>
        </message>
        <message>
            <source>Something</source>
            <translation>某个程序</translation>
        </message>
        <message>
            <source>The system is cool enough for full speed</source>
            <translation>系统温度正常，可全速运行</translation>
        </message>
        <message>
            <source>The system slows itself down for heat</source>
            <translation>系统因过热而降速</translation>
        </message>
        <message>
            <source>{now} free, {least} wanted</source>
            <translation>空闲 {now}，要求 {least}</translation>
        </message>
        <message>
            <source>{now} rpm, {most} rpm at most, so it goes gently</source>
            <translation>{now} 转/分，最多 {most} 转/分，因此轻度训练</translation>
        </message>
        <message>
            <source>{now} rpm, {most} rpm at most</source>
            <translation>{now} 转/分，最多 {most} 转/分</translation>
        </message>
        <message>
            <source>{now} °C, {most} °C at most, so it goes gently</source>
            <translation>{now} °C，上限 {most} °C，因此改为轻度训练</translation>
        </message>
        <message>
            <source>{now} °C, {most} °C at most</source>
            <translation>{now} °C，最高 {most} °C</translation>
        </message>
    </context>
    <context>
        <name>app.core.hours.changes</name>
        <message>
            <source>With no hours at all this computer would never train.</source>
            <translation>没有任何时段，这台电脑就永远不会训练。</translation>
        </message>
        <message>
            <source>Add hours, or allow any.</source>
            <translation>请添加时段，或允许任何时间。</translation>
        </message>
        <message>
            <source>No hours are set, so there is no night to leave out.</source>
            <translation>没有设置时段，因此没有可以跳过的夜晚。</translation>
        </message>
        <message>
            <source>Pause until the morning instead.</source>
            <translation>请改为暂停到早上。</translation>
        </message>
        <message>
            <source>There are no hours to leave out.</source>
            <translation>没有可以跳过的时段。</translation>
        </message>
        <message>
            <source>The days off: train-at-home schedule show</source>
            <translation>查看休息日：train-at-home schedule show</translation>
        </message>
        <message>
            <source>{day} is no day off.</source>
            <translation>{day} 不是休息日。</translation>
        </message>
        <message>
            <source>These hours were not set, so nothing was removed.</source>
            <translation>没有设置过这些时段，因此没有移除任何内容。</translation>
        </message>
        <message>
            <source>See: train-at-home schedule show</source>
            <translation>参见：train-at-home schedule show</translation>
        </message>
        <message>
            <source>Up to 120 are.</source>
            <translation>最多 120。</translation>
        </message>
        <message>
            <source>{minutes} minutes past the end are not possible.</source>
            <translation>结束后 {minutes} 分钟是不可能的。</translation>
        </message>
        <message>
            <source>A last start {minutes} minutes before the end is not possible.</source>
            <translation>最晚在结束前 {minutes} 分钟开始是不可能的。</translation>
        </message>
        <message>
            <source>From 0 to 1439 are.</source>
            <translation>可以是 0 到 1439。</translation>
        </message>
        <message>
            <source>With the last start {minutes} minutes before the end, hours that are {shortest} minutes long would never begin.</source>
            <translation>如果最晚在结束前 {minutes} 分钟开始，那么长 {shortest} 分钟的时段永远不会开始。</translation>
        </message>
        <message>
            <source>Choose fewer minutes, or longer hours.</source>
            <translation>请选择更少的分钟数，或更长的时段。</translation>
        </message>
        <message>
            <source>The days off from {first} to {last} end before they begin.</source>
            <translation>从 {first} 到 {last} 的休息日在开始之前就结束了。</translation>
        </message>
        <message>
            <source>Swap them.</source>
            <translation>请对调它们。</translation>
        </message>
        <message>
            <source>Days off are a year at most.</source>
            <translation>休息日最长一年。</translation>
        </message>
        <message>
            <source>For longer, turn training off until you turn it on again.</source>
            <translation>若要更久，请关闭训练，直到你再次打开。</translation>
        </message>
    </context>
    <context>
        <name>app.core.hours.cron</name>
        <message>
            <source>“{line}” can't be read as a line of cron.</source>
            <translation>无法将“{line}”读作一行 cron。</translation>
        </message>
        <message>
            <source>“{line}” names days of the year, and hours here repeat every week.</source>
            <translation>“{line}”指明了一年中的日期，而这里的时段每周重复。</translation>
        </message>
        <message>
            <source>Leave its third and fourth field as *; days off are set beside the hours.</source>
            <translation>第三和第四个字段请保留 *；休息日在时段旁边设置。</translation>
        </message>
        <message>
            <source>“{line}” names moments, not hours.</source>
            <translation>“{line}”指明的是时刻，而不是时段。</translation>
        </message>
        <message>
            <source>Write it like * 22-23,0-6 * * mon-fri: every minute that it names is one to train in.</source>
            <translation>请写成 * 22-23,0-6 * * mon-fri：它指明的每一分钟都会训练。</translation>
        </message>
    </context>
    <context>
        <name>app.core.hours.parsing</name>
        <message>
            <source>Write them like 2026-12-24 or 2026-12-24..2026-12-26.</source>
            <translation>请写成 2026-12-24 或 2026-12-24..2026-12-26。</translation>
        </message>
        <message>
            <source>“{text}” are not days.</source>
            <translation>“{text}”不是日期。</translation>
        </message>
        <message>
            <source>Write it like 22:00-07:00, fri 22:00-06:00, weekdays 09:00-17:00 gently or weekends all day.</source>
            <translation>请写成 22:00-07:00、fri 22:00-06:00、weekdays 09:00-17:00 gently 或 weekends all day。</translation>
        </message>
        <message>
            <source>“{text}” says no hours.</source>
            <translation>“{text}”没有说明时段。</translation>
        </message>
        <message>
            <source>“{text}” should say once how many minutes “{word}” is.</source>
            <translation>“{text}”应当只说一次“{word}”是多少分钟。</translation>
        </message>
        <message>
            <source>Write it like 22:00-07:00 last-start 30 overrun 10.</source>
            <translation>请写成 22:00-07:00 last-start 30 overrun 10。</translation>
        </message>
        <message>
            <source>“{text}” names no days.</source>
            <translation>“{text}”没有说明日期。</translation>
        </message>
        <message>
            <source>“{word}” in “{text}” is no weekday.</source>
            <translation>“{text}”中的“{word}”不是星期几。</translation>
        </message>
        <message>
            <source>Write it like 2026-12-24.</source>
            <translation>请写成 2026-12-24。</translation>
        </message>
        <message>
            <source>“{text}” is not a date.</source>
            <translation>“{text}”不是日期。</translation>
        </message>
        <message>
            <source>{day} is too far away.</source>
            <translation>{day} 太遥远了。</translation>
        </message>
    </context>
    <context>
        <name>app.core.hours.schedule</name>
        <message>
            <source>Write it like 22:00-07:00, or: always.</source>
            <translation>请写成 22:00-07:00，或 always（总是）。</translation>
        </message>
        <message>
            <source>“{text}” is not a span of hours.</source>
            <translation>“{text}”不是一段时间。</translation>
        </message>
        <message>
            <source>For the whole day write 00:00-24:00.</source>
            <translation>全天请写 00:00-24:00。</translation>
        </message>
        <message>
            <source>“{text}” begins and ends at the same time.</source>
            <translation>“{text}”的开始和结束是同一时间。</translation>
        </message>
    </context>
    <context>
        <name>app.core.hours.words</name>
        <message>
            <source>At any hour</source>
            <translation>任何时间</translation>
        </message>
        <message>
            <source>Never: no hours are set</source>
            <translation>从不：没有设置时段</translation>
        </message>
        <message>
            <source>{hours}; {exception}</source>
            <translation>{hours}；{exception}</translation>
        </message>
        <message>
            <source>, to begin up to the end</source>
            <translation>，结束前都可以开始</translation>
        </message>
        <message>
            <source>, nothing new in the last {minutes} min</source>
            <translation>，最后 {minutes} 分钟不开始新的工作</translation>
        </message>
        <message>
            <source>, {minutes} min to hand over</source>
            <translation>，交接 {minutes} 分钟</translation>
        </message>
        <message>
            <source>day and night, gently</source>
            <translation>昼夜，轻度</translation>
        </message>
        <message>
            <source>day and night</source>
            <translation>昼夜</translation>
        </message>
        <message>
            <source>{days} all day, gently</source>
            <translation>{days}全天，轻度</translation>
        </message>
        <message>
            <source>{days} all day</source>
            <translation>{days}全天</translation>
        </message>
        <message>
            <source>{days} {start} to {end}, gently</source>
            <translation>{days} {start} 至 {end}，轻度</translation>
        </message>
        <message>
            <source>{days} {start} to {end}</source>
            <translation>{days} {start} 至 {end}</translation>
        </message>
        <message>
            <source>off on {day}</source>
            <translation>{day}休息</translation>
        </message>
        <message>
            <source>off from {first} to {last}</source>
            <translation>{first} 至 {last}休息</translation>
        </message>
        <message>
            <source>not tonight</source>
            <translation>今晚不训练</translation>
        </message>
        <message>
            <source>not today</source>
            <translation>今天不训练</translation>
        </message>
        <message>
            <source>not on {day} from {time}</source>
            <translation>{day} {time} 起不训练</translation>
        </message>
        <message>
            <source>{day} from {start} on, {what}</source>
            <translation>{day} {start} 起，{what}</translation>
        </message>
        <message>
            <source>{day} {times}, {what}</source>
            <translation>{day} {times}，{what}</translation>
        </message>
        <message>
            <source>, nothing new after {time}</source>
            <translation>，{time} 后不开始新的工作</translation>
        </message>
        <message>
            <source>, handing over until {time}</source>
            <translation>，交接到 {time}</translation>
        </message>
        <message>
            <source>{start} to {end}</source>
            <translation>{start} 至 {end}</translation>
        </message>
        <message>
            <source>{weekday} {date}</source>
            <translation>{weekday} {date}</translation>
        </message>
        <message>
            <source>training, as you asked</source>
            <translation>训练，按你的要求</translation>
        </message>
        <message>
            <source>day off</source>
            <translation>休息日</translation>
        </message>
        <message>
            <source>left out</source>
            <translation>跳过</translation>
        </message>
        <message>
            <source>off</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source> (clocks go forward, {minutes} min shorter)</source>
            <translation>（时钟拨快，少 {minutes} 分钟）</translation>
        </message>
        <message>
            <source> (clocks go back, {minutes} min longer)</source>
            <translation>（时钟拨慢，多 {minutes} 分钟）</translation>
        </message>
        <message>
            <source>training</source>
            <translation>训练</translation>
        </message>
        <message>
            <source>training, gently</source>
            <translation>训练，轻度</translation>
        </message>
        <message>
            <source>Monday</source>
            <translation>星期一</translation>
        </message>
        <message>
            <source>Tuesday</source>
            <translation>星期二</translation>
        </message>
        <message>
            <source>Wednesday</source>
            <translation>星期三</translation>
        </message>
        <message>
            <source>Thursday</source>
            <translation>星期四</translation>
        </message>
        <message>
            <source>Friday</source>
            <translation>星期五</translation>
        </message>
        <message>
            <source>Saturday</source>
            <translation>星期六</translation>
        </message>
        <message>
            <source>Sunday</source>
            <translation>星期日</translation>
        </message>
        <message>
            <source>{hours}; and {count} more</source>
            <translation>{hours}；另有 {count} 项</translation>
        </message>
        <message>
            <source>nights</source>
            <translation>每晚</translation>
        </message>
        <message>
            <source>every day</source>
            <translation>每天</translation>
        </message>
        <message>
            <source>weekend nights</source>
            <translation>周末夜间</translation>
        </message>
        <message>
            <source>weekends</source>
            <translation>周末</translation>
        </message>
        <message>
            <source>Monday to Friday</source>
            <translation>星期一至星期五</translation>
        </message>
        <message>
            <source>{list} and {last}</source>
            <translation>{list}和{last}</translation>
        </message>
        <message>
            <source>, </source>
            <translation>、</translation>
        </message>
    </context>
    <context>
        <name>app.core.identity.choice</name>
        <message>
            <source>A password of fewer than {count} characters is soon guessed.</source>
            <translation>少于 {count} 个字符的密码很快会被猜出。</translation>
        </message>
        <message>
            <source>Take a longer one, such as four random words.</source>
            <translation>请用更长的密码，例如四个随机的词。</translation>
        </message>
    </context>
    <context>
        <name>app.core.identity.file</name>
        <message>
            <source>The password doesn't open this file, or the file was changed.</source>
            <translation>密码打不开这个文件，或文件被改动过。</translation>
        </message>
        <message>
            <source>Try the password again.</source>
            <translation>请再试一次密码。</translation>
        </message>
        <message>
            <source>This file names another key than it holds.</source>
            <translation>这个文件写明的密钥与其中的密钥不符。</translation>
        </message>
        <message>
            <source>Use another copy of it.</source>
            <translation>请使用它的另一个副本。</translation>
        </message>
        <message>
            <source>This file was written by a later version of this app.</source>
            <translation>这个文件由应用的更新版本写成。</translation>
        </message>
        <message>
            <source>Update this app first.</source>
            <translation>请先更新这个应用。</translation>
        </message>
        <message>
            <source>This is no file with a device's key.</source>
            <translation>这不是包含设备密钥的文件。</translation>
        </message>
        <message>
            <source>Choose the one that “Save a copy” has written.</source>
            <translation>请选择由“保存副本”写成的文件。</translation>
        </message>
    </context>
    <context>
        <name>app.core.identity.keeper</name>
        <message>
            <source>{name} can't be read: {problem}.</source>
            <translation>无法读取 {name}：{problem}。</translation>
        </message>
        <message>
            <source>Choose the file again.</source>
            <translation>请重新选择文件。</translation>
        </message>
    </context>
    <context>
        <name>app.core.identity.key_opening</name>
        <message>
            <source>This device's key can't be opened.</source>
            <translation>无法打开这台设备的密钥。</translation>
        </message>
        <message>
            <source>It is tried again by itself.</source>
            <translation>会自动重试。</translation>
        </message>
    </context>
    <context>
        <name>app.core.language.dates</name>
        <message>
            <source>Mon</source>
            <translation>周一</translation>
        </message>
        <message>
            <source>Tue</source>
            <translation>周二</translation>
        </message>
        <message>
            <source>Wed</source>
            <translation>周三</translation>
        </message>
        <message>
            <source>Thu</source>
            <translation>周四</translation>
        </message>
        <message>
            <source>Fri</source>
            <translation>周五</translation>
        </message>
        <message>
            <source>Sat</source>
            <translation>周六</translation>
        </message>
        <message>
            <source>Sun</source>
            <translation>周日</translation>
        </message>
        <message>
            <source>Jan</source>
            <translation>1月</translation>
        </message>
        <message>
            <source>Feb</source>
            <translation>2月</translation>
        </message>
        <message>
            <source>Mar</source>
            <translation>3月</translation>
        </message>
        <message>
            <source>Apr</source>
            <translation>4月</translation>
        </message>
        <message>
            <source>May</source>
            <translation>5月</translation>
        </message>
        <message>
            <source>Jun</source>
            <translation>6月</translation>
        </message>
        <message>
            <source>Jul</source>
            <translation>7月</translation>
        </message>
        <message>
            <source>Aug</source>
            <translation>8月</translation>
        </message>
        <message>
            <source>Sep</source>
            <translation>9月</translation>
        </message>
        <message>
            <source>Oct</source>
            <translation>10月</translation>
        </message>
        <message>
            <source>Nov</source>
            <translation>11月</translation>
        </message>
        <message>
            <source>Dec</source>
            <translation>12月</translation>
        </message>
        <message>
            <source>{day} {month}</source>
            <translation>{month}{day}日</translation>
        </message>
        <message>
            <source>{date} {year}</source>
            <translation>{year}年{date}</translation>
        </message>
    </context>
    <context>
        <name>app.core.language.overheard</name>
        <message>
            <source>Waiting for other computers</source>
            <translation>等待其他电脑</translation>
        </message>
        <message>
            <source>The network closed the event stream.</source>
            <translation>网络关闭了事件流。</translation>
        </message>
        <message>
            <source>The connection to the network was lost.</source>
            <translation>与网络的连接已断开。</translation>
        </message>
        <message>
            <source>Check the address and the internet connection.</source>
            <translation>请检查地址和互联网连接。</translation>
        </message>
        <message>
            <source>What answers at this address is not a Train at Home network.</source>
            <translation>在这个地址应答的不是 Train at Home 网络。</translation>
        </message>
        <message>
            <source>Check the address.</source>
            <translation>请检查地址。</translation>
        </message>
        <message>
            <source>Check the address for a typing mistake.</source>
            <translation>请检查地址是否输入有误。</translation>
        </message>
        <message>
            <source>Update this program.</source>
            <translation>请更新这个程序。</translation>
        </message>
        <message>
            <source>It is tried again.</source>
            <translation>会再次尝试。</translation>
        </message>
        <message>
            <source>Try again.</source>
            <translation>请再试一次。</translation>
        </message>
        <message>
            <source>Set the clock to automatic time and try again.</source>
            <translation>请把时钟设为自动校时，然后再试。</translation>
        </message>
        <message>
            <source>Check which hotkey is in use.</source>
            <translation>请检查正在使用哪个 hotkey。</translation>
        </message>
        <message>
            <source>The record of work can't be written.</source>
            <translation>无法写入工作记录。</translation>
        </message>
        <message>
            <source>This computer's node key is damaged.</source>
            <translation>这台电脑的节点密钥已损坏。</translation>
        </message>
        <message>
            <source>What this month's data allowance has been used for can't be read.</source>
            <translation>无法读取本月流量的使用情况。</translation>
        </message>
        <message>
            <source>The settings allow too little of the disk to save this part of the model.</source>
            <translation>设置允许的磁盘空间太小，无法保存模型的这一部分。</translation>
        </message>
        <message>
            <source>Let this computer hold a smaller shard, or allow more memory in the settings.</source>
            <translation>请让这台电脑持有更小的部分，或在设置中允许更多内存。</translation>
        </message>
        <message>
            <source>The device that computes did not answer any more.</source>
            <translation>负责计算的设备不再应答。</translation>
        </message>
        <message>
            <source>If this comes back, start the computer anew and update the driver of its graphics card.</source>
            <translation>如果再次出现，请重新启动电脑，并更新显卡的驱动程序。</translation>
        </message>
        <message>
            <source>A gradient came out as not a number.</source>
            <translation>一个步骤的结果不是数字。</translation>
        </message>
        <message>
            <source>The step is left out and training goes on.</source>
            <translation>跳过这一步，训练继续。</translation>
        </message>
        <message>
            <source>It was damaged or forged and has been dropped.</source>
            <translation>它已损坏或被伪造，因此已丢弃。</translation>
        </message>
        <message>
            <source>The chain's answer was lost.</source>
            <translation>链的回答丢失了。</translation>
        </message>
        <message>
            <source>See whether you are online; it is tried again.</source>
            <translation>请检查是否联网；会再次尝试。</translation>
        </message>
        <message>
            <source>The chain speaks a version that this program does not know.</source>
            <translation>链使用的版本是这个程序不认识的。</translation>
        </message>
        <message>
            <source>This computer has no keychain.</source>
            <translation>这台电脑没有钥匙串。</translation>
        </message>
        <message>
            <source>The keychain is locked.</source>
            <translation>钥匙串已锁定。</translation>
        </message>
        <message>
            <source>Unlock it, or sign in at the screen, and try again.</source>
            <translation>请解锁，或在屏幕前登录，然后再试。</translation>
        </message>
        <message>
            <source>The keychain was never set up.</source>
            <translation>钥匙串从未设置过。</translation>
        </message>
        <message>
            <source>Open it once at the screen, or use a key file.</source>
            <translation>请在屏幕前打开一次，或使用密钥文件。</translation>
        </message>
        <message>
            <source>The keychain refused.</source>
            <translation>钥匙串拒绝了。</translation>
        </message>
        <message>
            <source>The keychain did not keep the new key.</source>
            <translation>钥匙串没有保存新密钥。</translation>
        </message>
        <message>
            <source>no address</source>
            <translation>没有地址</translation>
        </message>
        <message>
            <source>the address can't be used</source>
            <translation>该地址无法使用</translation>
        </message>
        <message>
            <source>the chain did not take it</source>
            <translation>链没有接受这笔款项</translation>
        </message>
        <message>
            <source>Install and unlock a keychain (GNOME Keyring or KWallet), or keep the key in a file.</source>
            <translation>请安装并解锁钥匙串（GNOME Keyring 或 KWallet），或把密钥保存在文件中。</translation>
        </message>
    </context>
    <context>
        <name>app.core.language.speech</name>
        <message>
            <source>{sentence}.</source>
            <translation>{sentence}。</translation>
        </message>
    </context>
    <context>
        <name>app.core.money.asking</name>
        <message>
            <source>The network's ledger answered with far too much.</source>
            <translation>网络的账本返回了过多的内容。</translation>
        </message>
        <message>
            <source>The network's ledger can't be reached: {why}.</source>
            <translation>无法连接网络的账本：{why}。</translation>
        </message>
        <message>
            <source>It is asked again by itself.</source>
            <translation>会自动再次查询。</translation>
        </message>
        <message>
            <source>The network's ledger answers with an error ({status}).</source>
            <translation>网络的账本返回错误（{status}）。</translation>
        </message>
        <message>
            <source>The network's ledger told sums that can't be.</source>
            <translation>网络的账本给出了不可能的数额。</translation>
        </message>
        <message>
            <source>The network's ledger told times that can't be.</source>
            <translation>网络的账本给出了不可能的时间。</translation>
        </message>
    </context>
    <context>
        <name>app.core.money.earnings</name>
        <message>
            <source>{count} calculations</source>
            <translation>{count} 次计算</translation>
        </message>
    </context>
    <context>
        <name>app.core.money.explorer</name>
        <message>
            <source>it must begin with https://</source>
            <translation>它必须以 https:// 开头</translation>
        </message>
        <message>
            <source>{blank} is none of {blanks}</source>
            <translation>{blank} 不在 {blanks} 之中</translation>
        </message>
        <message>
            <source>it must hold one of {blanks}</source>
            <translation>它必须包含 {blanks} 之一</translation>
        </message>
        <message>
            <source>only what comes after the site's name may be filled in</source>
            <translation>只能填入网站名称之后的部分</translation>
        </message>
        <message>
            <source>it is not a web address</source>
            <translation>它不是网址</translation>
        </message>
    </context>
    <context>
        <name>app.core.money.next_payout_words</name>
        <message>
            <source>Enough for the next payout. The network pays out from {least} on.</source>
            <translation>已够下次付款。网络从 {least} 起付款。</translation>
        </message>
        <message>
            <source>{money} to go until the next payout. The network pays out from {least} on.</source>
            <translation>距下次付款还差 {money}。网络从 {least} 起付款。</translation>
        </message>
        <message>
            <source>The network is deciding on payouts about now.</source>
            <translation>网络大约现在正在决定付款。</translation>
        </message>
        <message>
            <source>The network next decides on payouts at about {time}.</source>
            <translation>网络下次决定付款大约在 {time}。</translation>
        </message>
        <message>
            <source>The network next decides on payouts on {date} at about {time}.</source>
            <translation>网络下次决定付款大约在 {date} {time}。</translation>
        </message>
    </context>
    <context>
        <name>app.core.money.prices_words</name>
        <message>
            <source>{money} for each hour of it</source>
            <translation>每小时 {money}</translation>
        </message>
        <message numerus="yes">
            <source>{count} days ago</source>
            <extracomment>For one: a day ago</extracomment>
            <translation>
                <numerusform>{count} 天前</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>{count} hours ago</source>
            <extracomment>For one: an hour ago</extracomment>
            <translation>
                <numerusform>{count} 小时前</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>{count} minutes ago</source>
            <extracomment>For one: a minute ago</extracomment>
            <translation>
                <numerusform>{count} 分钟前</numerusform>
            </translation>
        </message>
        <message>
            <source>just now</source>
            <translation>刚刚</translation>
        </message>
        <message>
            <source>The price of α is unknown: the network's pool could not be asked.</source>
            <translation>α 的价格未知：无法查询网络的资金池。</translation>
        </message>
        <message>
            <source>1 α = {price}, from the pool of subnet {netuid} on chain, {age}.</source>
            <translation>1 α = {price}，取自链上子网 {netuid} 的资金池，{age}。</translation>
        </message>
        <message>
            <source>The price of TAO in {currency} is unknown: type it in under “Prices”.</source>
            <translation>TAO 的 {currency} 价格未知：请在“价格”中输入。</translation>
        </message>
        <message>
            <source>1 τ = {price}, as you typed it {age}.</source>
            <translation>1 τ = {price}，由你在{age}输入。</translation>
        </message>
        <message>
            <source>That is old.</source>
            <translation>这已经过时。</translation>
        </message>
    </context>
    <context>
        <name>app.core.money.settings</name>
        <message>
            <source>An electricity price can't be below zero.</source>
            <translation>电价不能低于零。</translation>
        </message>
        <message>
            <source>Enter what one kilowatt hour costs you.</source>
            <translation>请输入每千瓦时的费用。</translation>
        </message>
        <message>
            <source>A price of nothing can't be used.</source>
            <translation>价格不能为零。</translation>
        </message>
        <message>
            <source>Enter what one TAO is worth, or leave it empty.</source>
            <translation>请输入一个 TAO 值多少，或留空。</translation>
        </message>
        <message>
            <source>This can't be a computer's power.</source>
            <translation>这不可能是电脑的功率。</translation>
        </message>
        <message>
            <source>Enter the watts that a meter shows while it trains.</source>
            <translation>请输入训练时电表显示的瓦数。</translation>
        </message>
        <message>
            <source>A currency has three letters.</source>
            <translation>货币代码为三个字母。</translation>
        </message>
        <message>
            <source>Enter for instance EUR or USD.</source>
            <translation>例如输入 EUR 或 USD。</translation>
        </message>
    </context>
    <context>
        <name>app.core.money.setup</name>
        <message>
            <source>No ledger can be asked here.</source>
            <translation>这里没有可以查询的账本。</translation>
        </message>
        <message>
            <source>No chain can be asked here.</source>
            <translation>这里没有可以查询的链。</translation>
        </message>
    </context>
    <context>
        <name>app.core.money.store</name>
        <message>
            <source>{unread} parts of your earnings' history could not be read and are left out.</source>
            <translation>你的收益记录中有 {unread} 部分无法读取，已略去。</translation>
        </message>
        <message>
            <source>The network's own ledger is not touched by that. The file is kept as {backup}.</source>
            <translation>网络自己的账本不受影响。文件已保存为 {backup}。</translation>
        </message>
        <message>
            <source>Your earnings' history can't be written: {problem}.</source>
            <translation>无法写入你的收益记录：{problem}。</translation>
        </message>
        <message>
            <source>Free some disk space; nothing is lost.</source>
            <translation>请腾出一些磁盘空间；没有丢失任何内容。</translation>
        </message>
        <message>
            <source>Your earnings' history can't be read: {problem}.</source>
            <translation>无法读取你的收益记录：{problem}。</translation>
        </message>
    </context>
    <context>
        <name>app.core.money.why</name>
        <message>
            <source>No network was chosen yet, so there is nothing to earn from.</source>
            <translation>还没有选择网络，因此没有可以赚取的。</translation>
        </message>
        <message>
            <source>This computer did not train in this time.</source>
            <translation>这台电脑在这段时间没有训练。</translation>
        </message>
        <message>
            <source>Training has just begun. What is done is counted within a minute or two.</source>
            <translation>训练才刚开始。完成的工作会在一两分钟内计入。</translation>
        </message>
        <message>
            <source>The network's ledger can't be asked now, so its figures may be old. {reason}</source>
            <translation>现在无法查询网络的账本，因此它的数字可能是旧的。{reason}</translation>
        </message>
        <message>
            <source>The network has told nothing yet. Figures appear a moment after training begins.</source>
            <translation>网络还没有告知任何信息。训练开始后不久就会出现数字。</translation>
        </message>
        <message>
            <source>Work was done but none is confirmed yet: it counts once another computer has confirmed it.</source>
            <translation>工作已完成，但尚未得到确认：其他电脑确认后才算数。</translation>
        </message>
        <message>
            <source>Earlier work was checked and marked down. The network's page shows each verdict and why.</source>
            <translation>之前的工作经核对后被降低评价。网络页面列出每项判定及原因。</translation>
        </message>
        <message>
            <source>Work was credited. It becomes money when the network has checked it and next settles its accounts.</source>
            <translation>工作已入账。网络核对并在下次结算时，它会变成钱。</translation>
        </message>
        <message>
            <source>There is no payout address.</source>
            <translation>没有收款地址。</translation>
        </message>
        <message>
            <source>What you earn is kept for you until you add one.</source>
            <translation>在你添加地址之前，你的收益会为你保留。</translation>
        </message>
        <message>
            <source>{money} wait for you until you add one.</source>
            <translation>{money} 在等你添加地址。</translation>
        </message>
        <message>
            <source>The network doesn't know your payout address yet. It hears of it when this computer next trains.</source>
            <translation>网络还不知道你的收款地址。这台电脑下次训练时它会得知。</translation>
        </message>
        <message>
            <source>{money} are still below the {least} from which this network pays out.</source>
            <translation>{money} 仍低于这个网络开始付款的 {least}。</translation>
        </message>
        <message>
            <source>{money} are held by the network</source>
            <translation>{money} 被网络暂扣</translation>
        </message>
        <message>
            <source>{what}: {reason}</source>
            <translation>{what}：{reason}</translation>
        </message>
        <message>
            <source>{money} are credited and will be paid with the network's next payout.</source>
            <translation>{money} 已入账，将在网络下次付款时支付。</translation>
        </message>
        <message>
            <source>This is play money: a network on this computer pays nothing real.</source>
            <translation>这是模拟货币：这台电脑上的网络不支付真钱。</translation>
        </message>
    </context>
    <context>
        <name>app.core.network.invitations</name>
        <message>
            <source>The address in this link has letters that addresses don't have.</source>
            <translation>这个链接中的地址含有地址不会有的字符。</translation>
        </message>
        <message>
            <source>This link is too long to be an invitation.</source>
            <translation>这个链接太长，不像是邀请。</translation>
        </message>
        <message>
            <source>This is no link that Train at Home understands.</source>
            <translation>Train at Home 看不懂这个链接。</translation>
        </message>
        <message>
            <source>This link is damaged.</source>
            <translation>这个链接已损坏。</translation>
        </message>
        <message>
            <source>This link asks for something that this version doesn't know.</source>
            <translation>这个链接要求的内容是这个版本不认识的。</translation>
        </message>
        <message>
            <source>The network in this link is not among those that this app knows.</source>
            <translation>这个链接中的网络不在此应用已知的网络之列。</translation>
        </message>
        <message>
            <source>Update the app, or ask for the network's address.</source>
            <translation>请更新应用，或询问网络的地址。</translation>
        </message>
        <message>
            <source>Ask whoever gave it to you for a new one.</source>
            <translation>请向给你链接的人要一个新的。</translation>
        </message>
    </context>
    <context>
        <name>app.core.network.keeper</name>
        <message>
            <source>Try on this computer</source>
            <translation>在这台电脑上试用</translation>
        </message>
        <message>
            <source>The network “{name}” is not known any more.</source>
            <translation>网络“{name}”已不再为此应用所知。</translation>
        </message>
        <message>
            <source>Choose another one.</source>
            <translation>请选择另一个。</translation>
        </message>
        <message>
            <source>The network on this computer crashed (signal {signal}).</source>
            <translation>这台电脑上的网络崩溃了（信号 {signal}）。</translation>
        </message>
        <message>
            <source>The network on this computer crashed ({status}).</source>
            <translation>这台电脑上的网络崩溃（{status}）。</translation>
        </message>
        <message>
            <source>The network on this computer ended unexpectedly (exit code {code}).</source>
            <translation>这台电脑上的网络意外结束（退出码 {code}）。</translation>
        </message>
        <message>
            <source>The network on this computer ended.</source>
            <translation>这台电脑上的网络已结束。</translation>
        </message>
    </context>
    <context>
        <name>app.core.network.known</name>
        <message>
            <source>The list of known networks can't be read: {problem}.</source>
            <translation>无法读取已知网络的列表：{problem}。</translation>
        </message>
        <message>
            <source>The network “{name}” needs an orchestrator_url.</source>
            <translation>网络“{name}”缺少 orchestrator_url。</translation>
        </message>
        <message>
            <source>nobody else knows the chain on this computer</source>
            <translation>除这台电脑外，没有人知道它上面的链</translation>
        </message>
        <message>
            <source>The explorer_url of the network “{name}” can't be used: {problem}.</source>
            <translation>网络“{name}”的 explorer_url 无法使用：{problem}。</translation>
        </message>
        <message>
            <source>There is no network “{text}”.</source>
            <translation>没有网络“{text}”。</translation>
        </message>
        <message>
            <source>Known are: {names}. An address begins with https://.</source>
            <translation>已知的有：{names}。地址以 https:// 开头。</translation>
        </message>
        <message>
            <source>It begins with https://.</source>
            <translation>它以 https:// 开头。</translation>
        </message>
        <message>
            <source>“{text}” is not a web address.</source>
            <translation>“{text}”不是网址。</translation>
        </message>
        <message>
            <source>An address with a name or password in it is not accepted.</source>
            <translation>不接受含有名字或密码的地址。</translation>
        </message>
        <message>
            <source>Leave out what is before @.</source>
            <translation>请去掉 @ 之前的部分。</translation>
        </message>
        <message>
            <source>An address with ? or # is not accepted.</source>
            <translation>不接受含有 ? 或 # 的地址。</translation>
        </message>
        <message>
            <source>Only the part before it is wanted.</source>
            <translation>只需要它之前的部分。</translation>
        </message>
        <message>
            <source>Use https:// for another computer.</source>
            <translation>连接其他电脑请使用 https://。</translation>
        </message>
        <message>
            <source>{host} would be spoken to unencrypted.</source>
            <translation>与 {host} 的通信将不加密。</translation>
        </message>
        <message>
            <source>{host} can't be reached: {why}.</source>
            <translation>无法连接 {host}：{why}。</translation>
        </message>
        <message>
            <source>Check the network connection and the address.</source>
            <translation>请检查网络连接和地址。</translation>
        </message>
        <message>
            <source>{host} answers with an error ({status}).</source>
            <translation>{host} 返回错误（{status}）。</translation>
        </message>
        <message>
            <source>Check the address; it is printed by the orchestrator when it starts.</source>
            <translation>请检查地址；协调器启动时会显示它。</translation>
        </message>
        <message>
            <source>What answers at {host} is no orchestrator of this network.</source>
            <translation>在 {host} 应答的不是这个网络的协调器。</translation>
        </message>
        <message>
            <source>this app</source>
            <translation>这个应用</translation>
        </message>
        <message>
            <source>that network</source>
            <translation>那个网络</translation>
        </message>
        <message>
            <source>{host} speaks version {version}, this app version {ours}.</source>
            <translation>{host} 使用版本 {version}，这个应用使用版本 {ours}。</translation>
        </message>
        <message>
            <source>Update {which}.</source>
            <translation>请更新{which}。</translation>
        </message>
        <message>
            <source>It looks like https://orchestrator.example.org.</source>
            <translation>它看起来像 https://orchestrator.example.org。</translation>
        </message>
    </context>
    <context>
        <name>app.core.network.local</name>
        <message>
            <source>The network on this computer did not start in time.</source>
            <translation>这台电脑上的网络没有及时启动。</translation>
        </message>
    </context>
    <context>
        <name>app.core.network.proxy</name>
        <message>
            <source>A proxy's address with a name or password in it is not accepted, since it would be kept in a file.</source>
            <translation>不接受带有用户名或密码的代理地址，因为它会保存在文件里。</translation>
        </message>
        <message>
            <source>Leave out what is before @. Where the proxy asks for a password, set it up in your system instead.</source>
            <translation>请去掉 @ 之前的部分。如果代理需要密码，请改在系统中设置它。</translation>
        </message>
        <message>
            <source>Proxies of the kind SOCKS are not supported.</source>
            <translation>不支持 SOCKS 类型的代理。</translation>
        </message>
        <message>
            <source>Ask whoever runs the proxy for its HTTP address, which looks like {example}.</source>
            <translation>请向代理的管理者询问它的 HTTP 地址，形如 {example}。</translation>
        </message>
        <message>
            <source>It begins with http:// or https://.</source>
            <translation>它以 http:// 或 https:// 开头。</translation>
        </message>
        <message>
            <source>It ends with its port, without anything behind it.</source>
            <translation>它以端口结尾，后面不带任何内容。</translation>
        </message>
        <message>
            <source>Its port is missing: it looks like {example}.</source>
            <translation>缺少端口：它形如 {example}。</translation>
        </message>
        <message>
            <source>It looks like {example}.</source>
            <translation>它形如 {example}。</translation>
        </message>
        <message>
            <source>That is no address of a proxy.</source>
            <translation>这不是代理的地址。</translation>
        </message>
        <message>
            <source>What the system says</source>
            <translation>按系统设置</translation>
        </message>
        <message>
            <source>None</source>
            <translation>无</translation>
        </message>
        <message>
            <source>Check the proxy in Settings, or ask whoever runs it.</source>
            <translation>请在设置中检查代理，或询问它的管理者。</translation>
        </message>
    </context>
    <context>
        <name>app.core.network.run_titles</name>
        <message>
            <source>First steps, on this computer</source>
            <translation>第一步，就在这台电脑上</translation>
        </message>
    </context>
    <context>
        <name>app.core.network.unreached</name>
        <message>
            <source>the certificates that SSL_CERT_FILE names can't be read</source>
            <translation>无法读取 SSL_CERT_FILE 指定的证书</translation>
        </message>
        <message>
            <source>it takes too long to answer</source>
            <translation>响应时间过长</translation>
        </message>
        <message>
            <source>the proxy refused or could not be reached</source>
            <translation>代理拒绝或无法访问</translation>
        </message>
        <message>
            <source>nobody answers there</source>
            <translation>那里无人应答</translation>
        </message>
        <message>
            <source>that is no address</source>
            <translation>那不是有效地址</translation>
        </message>
        <message>
            <source>the connection broke off</source>
            <translation>连接中断</translation>
        </message>
    </context>
    <context>
        <name>app.core.notices.banners</name>
        <message>
            <source>An update is needed</source>
            <translation>需要更新</translation>
        </message>
        <message>
            <source>An update is needed before {time}</source>
            <translation>需要在 {time} 之前更新</translation>
        </message>
        <message>
            <source>Training stopped at {stopped} and went on at {resumed}.</source>
            <translation>训练在 {stopped} 停止，在 {resumed} 继续。</translation>
        </message>
        <message>
            <source>It stopped, and works again</source>
            <translation>曾经停止，现已恢复</translation>
        </message>
        <message>
            <source>What is held stays yours. It is paid with a later payout, once the reason is gone.</source>
            <translation>暂扣的仍然属于你。原因消除后，会在之后的付款中支付。</translation>
        </message>
        <message>
            <source>A payout is held</source>
            <translation>一笔付款被暂扣</translation>
        </message>
    </context>
    <context>
        <name>app.core.notices.words</name>
        <message>
            <source>Training began, in your hours</source>
            <translation>训练在你的时段内开始</translation>
        </message>
        <message>
            <source>What was done, when your hours are over</source>
            <translation>时段结束时告知完成的工作</translation>
        </message>
        <message>
            <source>Something needs you</source>
            <translation>有事需要你处理</translation>
        </message>
        <message>
            <source>A new version is ready</source>
            <translation>新版本已就绪</translation>
        </message>
        <message>
            <source>A payout was made</source>
            <translation>已付款</translation>
        </message>
        <message>
            <source>Your payout address was changed</source>
            <translation>你的收款地址已更改</translation>
        </message>
        <message>
            <source>Training began</source>
            <translation>训练已开始</translation>
        </message>
        <message>
            <source>Your hours have begun.</source>
            <translation>你的时段已开始。</translation>
        </message>
        <message>
            <source>Your hours have begun. They last until {time}.</source>
            <translation>你的时段已开始，持续到 {time}。</translation>
        </message>
        <message>
            <source>Earned: {money}.</source>
            <translation>赚取：{money}。</translation>
        </message>
        <message>
            <source>What this computer did</source>
            <translation>这台电脑做了什么</translation>
        </message>
        <message>
            <source>Version {version} is ready</source>
            <translation>版本 {version} 已就绪</translation>
        </message>
        <message>
            <source>It begins by itself when the window is closed and no training is under way.</source>
            <translation>窗口关闭且没有训练时，它会自动启用。</translation>
        </message>
        <message>
            <source>You were paid</source>
            <translation>你收到了付款</translation>
        </message>
        <message>
            <source>Payout address changed</source>
            <translation>收款地址已更改</translation>
        </message>
        <message>
            <source>This version of Train at Home is too old for the network</source>
            <translation>这个版本的 Train at Home 对网络来说太旧</translation>
        </message>
        <message>
            <source>Version {version} is here: quit the app and start it again.</source>
            <translation>版本 {version} 已就绪：请退出应用并重新启动。</translation>
        </message>
        <message>
            <source>Install the newest version. Until then this computer does not train there.</source>
            <translation>请安装最新版本。在此之前这台电脑不会在那里训练。</translation>
        </message>
        <message>
            <source>Open Train at Home to see what can be done.</source>
            <translation>请打开 Train at Home 查看可以做什么。</translation>
        </message>
        <message>
            <source>Trying again at {time}.</source>
            <translation>将在 {time} 重试。</translation>
        </message>
        <message>
            <source>The network sent a payout to your address.</source>
            <translation>网络已向你的地址付款。</translation>
        </message>
        <message>
            <source>The network sent {money} to your address.</source>
            <translation>网络已向你的地址支付 {money}。</translation>
        </message>
        <message>
            <source>The network sent {money} to your address, in {count} payouts.</source>
            <translation>网络已分 {count} 笔向你的地址支付 {money}。</translation>
        </message>
    </context>
    <context>
        <name>app.core.obedience</name>
        <message>
            <source>This app can't change its key.</source>
            <translation>这个应用不能更换它的密钥。</translation>
        </message>
    </context>
    <context>
        <name>app.core.payout.words</name>
        <message>
            <source>No address yet.</source>
            <translation>还没有地址。</translation>
        </message>
        <message>
            <source>Paste the public address of your coldkey; it begins with 5.</source>
            <translation>请粘贴你的 coldkey 的公开地址；它以 5 开头。</translation>
        </message>
        <message>
            <source>This is a valid address.</source>
            <translation>这是有效的地址。</translation>
        </message>
        <message>
            <source>This address has a typing error in it.</source>
            <translation>这个地址有输入错误。</translation>
        </message>
        <message>
            <source>Paste the Bittensor address, which begins with 5.</source>
            <translation>请粘贴以 5 开头的 Bittensor 地址。</translation>
        </message>
        <message>
            <source>These look like the secret words of a wallet. They were wiped.</source>
            <translation>这看起来像钱包的助记词。已清除。</translation>
        </message>
        <message>
            <source>This looks like a private key. It was wiped.</source>
            <translation>这看起来像私钥。已清除。</translation>
        </message>
        <message>
            <source>This looks like a wallet's key file. It was wiped.</source>
            <translation>这看起来像钱包的密钥文件。已清除。</translation>
        </message>
        <message>
            <source>Looking it up on the chain…</source>
            <translation>正在链上查询…</translation>
        </message>
        <message>
            <source>Its balance could not be looked up; the address is fine all the same. {reason}</source>
            <translation>无法查询它的余额；地址仍然没有问题。{reason}</translation>
        </message>
        <message>
            <source>On the chain it holds {balance} (block {block}, {age}).</source>
            <translation>它在链上有 {balance}（区块 {block}，{age}）。</translation>
        </message>
        <message>
            <source>A new wallet holds nothing; if yours should hold something, compare the address.</source>
            <translation>新钱包是空的；如果你的钱包应有余额，请核对地址。</translation>
        </message>
        <message>
            <source>This app no longer knows a payout address. If that was not you, open Train at Home and look.</source>
            <translation>这个应用不再有收款地址。如果不是你操作的，请打开 Train at Home 查看。</translation>
        </message>
        <message>
            <source>Earnings now go to {first}…{last}. If that was not you, open Train at Home and change it back.</source>
            <translation>收益现在付到 {first}…{last}。如果不是你操作的，请打开 Train at Home 改回来。</translation>
        </message>
        <message>
            <source>Never paste them, not here and not anywhere else: whoever has them has your money. If anybody may have seen them, move your money to a new wallet. Here only the public address is wanted; it begins with 5.</source>
            <translation>绝不要粘贴它们，在这里和任何地方都不要：谁有了它们，谁就有了你的钱。如果可能有人看到过，请把钱转到新的钱包。这里只需要公开地址；它以 5 开头。</translation>
        </message>
        <message>
            <source>This is the key of this computer, which signs its work. It is no place for money.</source>
            <translation>这是这台电脑的密钥，用来给它的工作签名。它不是存钱的地方。</translation>
        </message>
        <message>
            <source>This is the hotkey “{hotkey}” of the wallet “{wallet}” on this computer, not its coldkey.</source>
            <translation>这是这台电脑上钱包“{wallet}”的 hotkey“{hotkey}”，不是它的 coldkey。</translation>
        </message>
        <message>
            <source>This address is registered on the network as a hotkey (number {uid}).</source>
            <translation>这个地址在网络上登记为 hotkey（编号 {uid}）。</translation>
        </message>
        <message>
            <source>Money belongs to a coldkey, whose secret never lies on a computer that works. Paste that.</source>
            <translation>钱应属于 coldkey，它的秘密绝不放在干活的电脑上。请粘贴它的地址。</translation>
        </message>
        <message>
            <source>Addresses have no 0, O, I or l: look at character {place}.</source>
            <translation>地址中没有 0、O、I 或 l：请看第 {place} 个字符。</translation>
        </message>
        <message>
            <source>Perhaps character {place} should be a small or a capital letter.</source>
            <translation>也许第 {place} 个字符的大小写不对。</translation>
        </message>
        <message>
            <source>Perhaps character {place} and the next one are swapped.</source>
            <translation>也许第 {place} 个字符和下一个颠倒了。</translation>
        </message>
        <message>
            <source>Perhaps character {place} is wrong.</source>
            <translation>也许第 {place} 个字符错了。</translation>
        </message>
        <message>
            <source>One character is missing: there should be 48.</source>
            <translation>少了一个字符：应该有 48 个。</translation>
        </message>
        <message>
            <source>There is one character too many: there should be 48.</source>
            <translation>多了一个字符：应该有 48 个。</translation>
        </message>
        <message>
            <source>More than one character is wrong.</source>
            <translation>错了不止一个字符。</translation>
        </message>
        <message>
            <source>Copy the whole address again instead of mending it by hand.</source>
            <translation>请重新复制整个地址，不要手动修改。</translation>
        </message>
        <message>
            <source>This is an address of {network}, where Bittensor can't pay to.</source>
            <translation>这是 {network} 的地址，Bittensor 无法付到那里。</translation>
        </message>
        <message>
            <source>This is an address of another network (number {prefix}).</source>
            <translation>这是另一个网络的地址（编号 {prefix}）。</translation>
        </message>
        <message>
            <source>This holds characters that no address has.</source>
            <translation>其中有地址不会含有的字符。</translation>
        </message>
        <message>
            <source>Copy the address, which begins with 5, and nothing else.</source>
            <translation>请复制以 5 开头的地址，不要带其他内容。</translation>
        </message>
        <message>
            <source>This has {length} characters and is no address.</source>
            <translation>它有 {length} 个字符，不是地址。</translation>
        </message>
        <message>
            <source>Copy all of its 48 characters; the first is a 5.</source>
            <translation>请复制全部 48 个字符；第一个是 5。</translation>
        </message>
    </context>
    <context>
        <name>app.core.privacy</name>
        <message>
            <source>Nobody, for now</source>
            <translation>目前没有任何人</translation>
        </message>
        <message>
            <source>You train on this computer alone. Nothing of that leaves it.</source>
            <translation>你只在这台电脑上训练，相关内容都不会离开它。</translation>
        </message>
        <message>
            <source>The network that you train for</source>
            <translation>你为之训练的网络</translation>
        </message>
        <message>
            <source>The public key that stands for this computer, and a signed list of the work it did, with times.</source>
            <translation>代表这台电脑的公钥，以及一份带时间、经过签名的工作清单。</translation>
        </message>
        <message>
            <source>What it computes with, its memory, how fast it is, and how fast your line sends.</source>
            <translation>它用什么计算、有多少内存、速度多快，以及你的线路上传多快。</translation>
        </message>
        <message>
            <source>Your payout address: {address}.</source>
            <translation>你的收款地址：{address}。</translation>
        </message>
        <message>
            <source>No payout address, since you gave none.</source>
            <translation>没有收款地址，因为你没有填写。</translation>
        </message>
        <message>
            <source>Your internet address, as every server that you talk to sees it.</source>
            <translation>你的网络地址，就像你访问的任何服务器都能看到的那样。</translation>
        </message>
        <message>
            <source>Pieces of the common work: numbers made of the text that is trained on, never anything of yours.</source>
            <translation>共同工作的片段：由训练文本算出的数字，绝不包含你的任何东西。</translation>
        </message>
        <message>
            <source>Not your internet address: all goes through the network's store, as you chose.</source>
            <translation>看不到你的网络地址：按你的选择，一切都经由网络的存储传递。</translation>
        </message>
        <message>
            <source>Your internet address, since they connect directly. Settings, Connection can keep it from them.</source>
            <translation>你的网络地址，因为它们直接相连。可在“设置”的“连接”中对它们隐藏。</translation>
        </message>
        <message>
            <source>Other computers that train along</source>
            <translation>一起训练的其他电脑</translation>
        </message>
        <message>
            <source>The network's page shows this computer's public key, what it computes with, its speed and what it earned.</source>
            <translation>网络的页面会显示这台电脑的公钥、用什么计算、速度和收入。</translation>
        </message>
        <message>
            <source>Everybody</source>
            <translation>所有人</translation>
        </message>
        <message>
            <source>Whoever knows that key can look up your payout address, and what is paid there is public for good.</source>
            <translation>知道该公钥的人可以查到你的收款地址，而付到那里的款项将永久公开。</translation>
        </message>
        <message>
            <source>Bittensor's servers</source>
            <translation>Bittensor 的服务器</translation>
        </message>
        <message>
            <source>Nothing: they are asked nothing.</source>
            <translation>什么都不会：不会向它们询问任何事。</translation>
        </message>
        <message>
            <source>A public server of Bittensor is asked what credit is worth, so it sees your internet address.</source>
            <translation>会向 Bittensor 的一台公共服务器询问积分的价值，因此它能看到你的网络地址。</translation>
        </message>
        <message>
            <source>It is also asked for the balance of an address that you type here.</source>
            <translation>还会向它查询你在这里输入的地址的余额。</translation>
        </message>
        <message>
            <source>Once a day the app asks for the list of versions. That shows your internet address and nothing else.</source>
            <translation>应用每天查询一次版本列表。这只会显示你的网络地址，别无其他。</translation>
        </message>
        <message>
            <source>Nothing by itself: it looks for updates only when you ask it to.</source>
            <translation>不会自动发送任何东西：只有你要求时才检查更新。</translation>
        </message>
        <message>
            <source>No statistics, no crash reports. A report is made when you ask for it, and sent by you or by nobody.</source>
            <translation>没有统计，没有崩溃报告。报告只在你要求时生成，要么由你发送，要么不发送。</translation>
        </message>
        <message>
            <source>Us, who make this app</source>
            <translation>我们，这个应用的制作者</translation>
        </message>
        <message>
            <source>Nobody, ever</source>
            <translation>永远没有任何人</translation>
        </message>
        <message>
            <source>Your files, what is on your screen, what you type, and which programs run.</source>
            <translation>你的文件、屏幕上的内容、你输入的内容，以及运行着哪些程序。</translation>
        </message>
        <message>
            <source>A wallet's secret words. The app never asks for them, and wipes what was pasted by mistake.</source>
            <translation>钱包的助记词。应用从不索要，误粘贴的内容也会被清除。</translation>
        </message>
        <message>
            <source>What stays on this computer</source>
            <translation>留在这台电脑上的内容</translation>
        </message>
        <message>
            <source>Settings, logs, a diary of what it did and earned, and unfinished work.</source>
            <translation>设置、日志、工作与收入的记录，以及未完成的工作。</translation>
        </message>
        <message>
            <source>Settings, Remove everything takes it away.</source>
            <translation>“设置”中的“全部移除”会把它们清除。</translation>
        </message>
        <message>
            <source>This computer's own key lies in the system's keychain, or in a file that your password opens.</source>
            <translation>这台电脑自己的密钥保存在系统钥匙串中，或保存在由你的密码打开的文件里。</translation>
        </message>
    </context>
    <context>
        <name>app.core.problems.asking_pages</name>
        <message>
            <source>This is no payout address</source>
            <translation>这不是收款地址</translation>
        </message>
        <message>
            <source>What was entered is not a whole address: a character is wrong, missing or too many.</source>
            <translation>输入的不是完整的地址：有一个字符错了、少了或多了。</translation>
        </message>
        <message>
            <source>It keeps the address that was set before. Nothing is paid to an address that can't exist.</source>
            <translation>它保留之前设置的地址。不会向不可能存在的地址付款。</translation>
        </message>
        <message>
            <source>Copy the address in your wallet with its copy button instead of typing it. It has 48 characters and begins with 5.</source>
            <translation>请用钱包里的复制按钮复制地址，不要手动输入。它有 48 个字符，以 5 开头。</translation>
        </message>
        <message>
            <source>The address is of another blockchain</source>
            <translation>地址属于另一个网络</translation>
        </message>
        <message>
            <source>The address is whole, but it belongs to another network than Bittensor.</source>
            <translation>地址是完整的，但它属于 Bittensor 之外的另一个网络。</translation>
        </message>
        <message>
            <source>It keeps the address that was set before.</source>
            <translation>它保留之前设置的地址。</translation>
        </message>
        <message>
            <source>Let your wallet show its Bittensor address. The same wallet may have several.</source>
            <translation>请让钱包显示它的 Bittensor 地址。同一个钱包可能有多个地址。</translation>
        </message>
        <message>
            <source>A secret was pasted</source>
            <translation>粘贴了秘密内容</translation>
        </message>
        <message>
            <source>Secret words, a private key or a wallet's key file was put where a public address belongs.</source>
            <translation>在应填公开地址的地方放入了助记词、私钥或钱包的密钥文件。</translation>
        </message>
        <message>
            <source>It wipes the secret from the field and from the clipboard at once. It was neither kept nor sent.</source>
            <translation>它会立即从输入框和剪贴板中清除秘密内容。该内容既没有保存，也没有发送。</translation>
        </message>
        <message>
            <source>Paste the public address. We never ask for secret words. If the secret was pasted anywhere else too, move your money to a new wallet.</source>
            <translation>请粘贴公开地址。我们从不索要助记词。如果秘密内容还粘贴到了别处，请把钱转到新的钱包。</translation>
        </message>
        <message>
            <source>The address is a hotkey</source>
            <translation>地址是一个 hotkey</translation>
        </message>
        <message>
            <source>A hotkey signs work; money should go to a wallet's own address, the coldkey.</source>
            <translation>hotkey 用来为工作签名；钱应付到钱包自己的地址，即 coldkey。</translation>
        </message>
        <message>
            <source>Copy the coldkey's address in your wallet.</source>
            <translation>请在钱包中复制 coldkey 的地址。</translation>
        </message>
        <message>
            <source>An update was not believed</source>
            <translation>更新未被采信</translation>
        </message>
        <message>
            <source>What the update server sent is not signed by the makers of this app, is out of date, or was changed on the way.</source>
            <translation>更新服务器发送的内容没有这个应用制作者的签名、已过期，或在途中被更改。</translation>
        </message>
        <message>
            <source>It throws it away, changes nothing and goes on as it is. It looks again the next day.</source>
            <translation>它会丢弃这些内容，不做任何改变，照常运行。第二天会再次查看。</translation>
        </message>
        <message>
            <source>Check this computer's date and clock. If it stays so for days, get the app anew from its own page.</source>
            <translation>请检查这台电脑的日期和时钟。如果几天都如此，请从应用自己的页面重新获取应用。</translation>
        </message>
        <message>
            <source>The update server can't be reached</source>
            <translation>无法连接更新服务器</translation>
        </message>
        <message>
            <source>The server with new versions and engines did not answer.</source>
            <translation>提供新版本和训练引擎的服务器没有应答。</translation>
        </message>
        <message>
            <source>It tries again by itself. A download that broke off goes on from where it was.</source>
            <translation>它会自动重试。中断的下载会从原处继续。</translation>
        </message>
        <message>
            <source>Check the connection. The app works meanwhile as it is.</source>
            <translation>请检查连接。在此期间应用照常工作。</translation>
        </message>
        <message>
            <source>An update or engine can't be used</source>
            <translation>更新或训练引擎无法使用</translation>
        </message>
        <message>
            <source>There is nothing fitting for this computer, or what came can't be used here.</source>
            <translation>没有适合这台电脑的内容，或收到的内容在这里无法使用。</translation>
        </message>
        <message>
            <source>It changes nothing and goes on as it is.</source>
            <translation>它不做任何改变，照常运行。</translation>
        </message>
        <message>
            <source>Look again another day. If your computer is of a rare kind, there may be no engine for it yet.</source>
            <translation>请改天再查看。如果你的电脑类型少见，可能还没有适用的训练引擎。</translation>
        </message>
        <message>
            <source>Some other trouble</source>
            <translation>其他问题</translation>
        </message>
        <message>
            <source>This trouble has no page of its own. The sentence beside the code says what is known.</source>
            <translation>这个问题没有单独的页面。代码旁的句子说明了已知的情况。</translation>
        </message>
        <message>
            <source>It goes on where it can, and tries again where that can help.</source>
            <translation>能继续的它会继续，重试可能有用的它会重试。</translation>
        </message>
        <message>
            <source>If it comes back, save a report: it holds what is needed to find the reason, with names and addresses taken out.</source>
            <translation>如果再次出现，请保存报告：其中包含查找原因所需的内容，已去除名称和地址。</translation>
        </message>
    </context>
    <context>
        <name>app.core.problems.codes</name>
        <message>
            <source>{text} ({code})</source>
            <translation>{text}（{code}）</translation>
        </message>
    </context>
    <context>
        <name>app.core.problems.computer_pages</name>
        <message>
            <source>The graphics driver is too old</source>
            <translation>显卡驱动程序太旧</translation>
        </message>
        <message>
            <source>The driver of your graphics card is older than the training engine needs.</source>
            <translation>你的显卡的驱动程序比训练引擎所需的版本旧。</translation>
        </message>
        <message>
            <source>It leaves this card alone. Where the processor is strong enough, that trains in its place.</source>
            <translation>它不使用这块显卡。处理器够强时，改由处理器训练。</translation>
        </message>
        <message>
            <source>Install the newest driver from the card's maker, start the computer anew, and look into “This computer” again.</source>
            <translation>请安装显卡制造商的最新驱动程序，重新启动电脑，然后再查看“这台电脑”。</translation>
        </message>
        <message>
            <source>The graphics chip is not supported</source>
            <translation>不支持这种显卡芯片</translation>
        </message>
        <message>
            <source>The training engine has no code for this chip, mostly because it is too old or very new.</source>
            <translation>训练引擎没有适用于这种芯片的代码，多半是因为它太旧或很新。</translation>
        </message>
        <message>
            <source>It leaves this chip alone. Where the processor is strong enough, that trains in its place.</source>
            <translation>它不使用这种芯片。处理器够强时，改由处理器训练。</translation>
        </message>
        <message>
            <source>There is nothing to be set. Newer versions support more chips; look again after an update.</source>
            <translation>没有什么需要设置。更新的版本支持更多芯片；请在更新后再查看。</translation>
        </message>
        <message>
            <source>The device can't be used on this system</source>
            <translation>设备在这个系统上无法使用</translation>
        </message>
        <message>
            <source>There is a training engine for this device, but not for your operating system.</source>
            <translation>这种设备有训练引擎，但不适用于你的操作系统。</translation>
        </message>
        <message>
            <source>It leaves this device alone. Where the processor is strong enough, that trains in its place.</source>
            <translation>它不使用这个设备。处理器够强时，改由处理器训练。</translation>
        </message>
        <message>
            <source>There is nothing to be set. On another operating system the same device may work.</source>
            <translation>没有什么需要设置。换一个操作系统，同样的设备也许可以使用。</translation>
        </message>
        <message>
            <source>Too little memory for any part of a model</source>
            <translation>内存容不下模型的任何部分</translation>
        </message>
        <message>
            <source>This device has less memory than the smallest part of a model needs.</source>
            <translation>这个设备的内存少于模型最小部分所需的量。</translation>
        </message>
        <message>
            <source>It leaves this device alone and uses another one, if there is one that suits.</source>
            <translation>它不使用这个设备；如果有其他合适的设备，就用那个。</translation>
        </message>
        <message>
            <source>There is nothing to be set. You can still try everything on this computer with the small model.</source>
            <translation>没有什么需要设置。你仍然可以用小模型在这台电脑上试用一切。</translation>
        </message>
        <message>
            <source>The disk is full</source>
            <translation>磁盘已满</translation>
        </message>
        <message>
            <source>Something had to be written, and there was no room for it.</source>
            <translation>有内容需要写入，但空间不够。</translation>
        </message>
        <message>
            <source>It keeps what is there and tries again. A download goes on from where it broke off.</source>
            <translation>它保留已有的内容并重试。下载会从中断处继续。</translation>
        </message>
        <message>
            <source>Free some space, for instance by emptying the trash. Under Limits you can say how much room training may take.</source>
            <translation>请腾出一些空间，例如清空回收站。在“限制”中可以设置训练可以占用多少空间。</translation>
        </message>
        <message>
            <source>The disk is nearly full</source>
            <translation>磁盘快满了</translation>
        </message>
        <message>
            <source>Less room is left on the disk than you want to keep free, so training waits.</source>
            <translation>磁盘剩余空间少于你要保留的量，因此训练在等待。</translation>
        </message>
        <message>
            <source>It looks again all the time and goes on as soon as there is room.</source>
            <translation>它会一直查看，一有空间就继续。</translation>
        </message>
        <message>
            <source>Free some space, or lower the room that must stay free, under Limits.</source>
            <translation>请腾出一些空间，或在“限制”中减少要保留的空间。</translation>
        </message>
        <message>
            <source>You allow too little of the disk</source>
            <translation>你允许使用的磁盘空间太小</translation>
        </message>
        <message>
            <source>The part of the model that this computer was given takes more room than you allow it. The message says how much.</source>
            <translation>分配给这台电脑的模型部分所需的空间超过你允许的大小。消息里写明了需要多少。</translation>
        </message>
        <message>
            <source>Where only saving lacks room, it trains on, and fetches that part anew after a pause. Otherwise it waits. It never takes more than you allow.</source>
            <translation>如果只是缺少保存所需的空间，它会继续训练，并在暂停之后重新下载该部分；否则它会等待。它绝不会占用超过你允许的空间。</translation>
        </message>
        <message>
            <source>Allow more of the disk under “Disk space for its work, at most” in Limits.</source>
            <translation>请在“限制”中的“其工作占用的磁盘空间，最多”允许更多。</translation>
        </message>
        <message>
            <source>Other programs need the memory</source>
            <translation>其他程序需要内存</translation>
        </message>
        <message>
            <source>So little memory is free that training would slow your computer down, so it waits.</source>
            <translation>空闲内存太少，训练会拖慢你的电脑，因此在等待。</translation>
        </message>
        <message>
            <source>It looks again all the time and goes on as soon as enough is free.</source>
            <translation>它会一直查看，一有足够的空闲就继续。</translation>
        </message>
        <message>
            <source>Close programs that you don't need. Under Limits you can change how much must stay free.</source>
            <translation>请关闭不需要的程序。在“限制”中可以更改必须保留多少空闲内存。</translation>
        </message>
        <message>
            <source>The computer is too hot or too loud</source>
            <translation>电脑太热或太吵</translation>
        </message>
        <message>
            <source>A temperature or the speed of a fan is above the limit that is set, so training waits.</source>
            <translation>某个温度或风扇转速超过了设置的限制，因此训练在等待。</translation>
        </message>
        <message>
            <source>It trains gently when the limit comes near, stops above it, and goes on once the computer has cooled down.</source>
            <translation>接近限制时它轻度训练，超过时停止，电脑降温后继续。</translation>
        </message>
        <message>
            <source>Let air reach the openings of the computer and remove dust. The limits can be changed under Limits; the ones set at first are safe.</source>
            <translation>请让电脑的通风口通畅，并清除灰尘。可在“限制”中更改限制；最初设置的值是安全的。</translation>
        </message>
        <message>
            <source>The computer's clock is wrong</source>
            <translation>电脑的时钟不准</translation>
        </message>
        <message>
            <source>The network refuses messages from a computer whose clock is minutes off, because anybody could send old ones again.</source>
            <translation>网络拒绝时钟相差几分钟的电脑发来的消息，否则任何人都可以重发旧消息。</translation>
        </message>
        <message>
            <source>It tries again by itself, and goes on once the clock is right.</source>
            <translation>它会自动重试，时钟准确后继续。</translation>
        </message>
        <message>
            <source>Turn on automatic time in your system's settings. If the clock is wrong after each start, the small battery on the mainboard may be empty.</source>
            <translation>请在系统设置中打开自动校时。如果每次启动后时钟都不准，可能是主板上的小电池没电了。</translation>
        </message>
        <message>
            <source>The computer may fall asleep</source>
            <translation>电脑可能会睡眠</translation>
        </message>
        <message>
            <source>The app could not ask your system to stay awake while it trains.</source>
            <translation>应用无法请求系统在训练时保持唤醒。</translation>
        </message>
        <message>
            <source>It trains as long as the computer is awake, saves before it falls asleep and goes on afterwards.</source>
            <translation>只要电脑醒着它就训练，睡眠前保存，之后继续。</translation>
        </message>
        <message>
            <source>Set your system not to fall asleep during your hours while it is on mains. The screen may turn off.</source>
            <translation>请设置系统在接通电源时、在你的时段内不要睡眠。屏幕可以关闭。</translation>
        </message>
    </context>
    <context>
        <name>app.core.problems.engine_pages</name>
        <message>
            <source>The training engine can't be started</source>
            <translation>无法启动训练引擎</translation>
        </message>
        <message>
            <source>The program that does the training is not where the app looks for it, or the system would not run it. A virus scanner may have put it aside, or its download was never finished.</source>
            <translation>负责训练的程序不在应用查找的位置，或系统不让它运行。可能被杀毒软件隔离了，或者下载从未完成。</translation>
        </message>
        <message>
            <source>It tries again by itself, at first after seconds, later after minutes. Nothing that was trained is lost.</source>
            <translation>它会自动重试，起初隔几秒，之后隔几分钟。训练成果不会丢失。</translation>
        </message>
        <message>
            <source>Open “This computer” and fetch the training engine again. If your virus scanner has put it aside, tell the scanner that you want it.</source>
            <translation>请打开“这台电脑”，重新获取训练引擎。如果杀毒软件把它隔离了，请在杀毒软件中允许它。</translation>
        </message>
        <message>
            <source>The system ended the engine</source>
            <translation>系统结束了训练引擎</translation>
        </message>
        <message>
            <source>Your system stopped the training program from outside. Most often memory had run out, and the system chose the largest program.</source>
            <translation>系统从外部停止了训练引擎。多半是内存耗尽，系统选中了最大的程序。</translation>
        </message>
        <message>
            <source>It starts again by itself and goes on from the last saved state.</source>
            <translation>它会自动重新启动，从上次保存的状态继续。</translation>
        </message>
        <message>
            <source>Close programs that need much memory. Under Limits you can give training less memory, so that it happens no more.</source>
            <translation>请关闭占用大量内存的程序。在“限制”中可以减少训练可用的内存，避免再次发生。</translation>
        </message>
        <message>
            <source>The engine crashed</source>
            <translation>训练引擎崩溃了</translation>
        </message>
        <message>
            <source>The training program broke off in the middle. Often a driver of the graphics card is the reason, at times a fault of ours.</source>
            <translation>训练引擎中途中断了。原因常在显卡的驱动程序，有时是我们的错误。</translation>
        </message>
        <message>
            <source>It starts again by itself and goes on from the last saved state. If it crashes again, it waits longer each time.</source>
            <translation>它会自动重新启动，从上次保存的状态继续。如果再次崩溃，每次会等待更久。</translation>
        </message>
        <message>
            <source>Install the newest driver for your graphics card and start the computer anew. If it goes on crashing, save a report and give it to whoever helps you.</source>
            <translation>请安装显卡的最新驱动程序，并重新启动电脑。如果继续崩溃，请保存报告，交给帮助你的人。</translation>
        </message>
        <message>
            <source>The engine ended unexpectedly</source>
            <translation>训练引擎意外退出</translation>
        </message>
        <message>
            <source>The training program ended without being asked and without saying why.</source>
            <translation>没有人要求，训练引擎就退出了，也没有说明原因。</translation>
        </message>
        <message>
            <source>Mostly nothing has to be done. If it happens again and again, save a report: the log's last lines say more.</source>
            <translation>通常无需处理。如果一再发生，请保存报告：日志的最后几行有更多信息。</translation>
        </message>
        <message>
            <source>The engine does not answer</source>
            <translation>训练引擎没有应答</translation>
        </message>
        <message>
            <source>The training program runs, but it has said nothing for a long time. It may hang, or the computer was far too busy.</source>
            <translation>训练引擎在运行，但很久没有消息。它可能卡住了，或者电脑太忙。</translation>
        </message>
        <message>
            <source>It ends the program that hangs and starts a fresh one.</source>
            <translation>它会结束卡住的程序，重新启动一个。</translation>
        </message>
        <message>
            <source>Close programs that keep the computer very busy. If it happens each night, start the computer anew and install the newest driver for the graphics card.</source>
            <translation>请关闭让电脑非常忙的程序。如果每晚都发生，请重新启动电脑，并安装显卡的最新驱动程序。</translation>
        </message>
        <message>
            <source>A fault inside the engine</source>
            <translation>训练引擎内部出错</translation>
        </message>
        <message>
            <source>The training program met a fault of its own. That is a mistake of ours, not yours.</source>
            <translation>训练引擎遇到了自身的错误。这是我们的错，不是你的。</translation>
        </message>
        <message>
            <source>Look for a newer version under Settings. Please save a report and give it to us: it helps to find the mistake.</source>
            <translation>请在“设置”中查看有没有新版本。请保存报告并交给我们：它有助于找到错误。</translation>
        </message>
        <message>
            <source>The engine belongs to another version</source>
            <translation>训练引擎属于另一个版本</translation>
        </message>
        <message>
            <source>The app and its training engine are of different versions and don't understand each other.</source>
            <translation>应用和它的训练引擎版本不同，无法相互配合。</translation>
        </message>
        <message>
            <source>It does not start that engine again, since that would not help.</source>
            <translation>它不会再启动这个引擎，因为那没有用。</translation>
        </message>
        <message>
            <source>Open “This computer” and fetch the training engine again. If that does not help, install the app again; your settings stay.</source>
            <translation>请打开“这台电脑”，重新获取训练引擎。如果没有用，请重新安装应用；你的设置会保留。</translation>
        </message>
        <message>
            <source>Not enough memory for training</source>
            <translation>内存不足以训练</translation>
        </message>
        <message>
            <source>The part of the model that this computer was given does not fit into the memory that training may use.</source>
            <translation>分给这台电脑的那部分模型，超出了训练可用的内存。</translation>
        </message>
        <message>
            <source>It tries again with less at once, and where that is not enough, later.</source>
            <translation>它会减少同时处理的量再试；如果仍不够，就稍后再试。</translation>
        </message>
        <message>
            <source>Close other programs that use the graphics card. Under Limits you can allow training more memory.</source>
            <translation>请关闭使用显卡的其他程序。在“限制”中可以允许训练使用更多内存。</translation>
        </message>
        <message>
            <source>The graphics card can't be used</source>
            <translation>显卡无法使用</translation>
        </message>
        <message>
            <source>The device that was chosen for training is not there, is busy, or answered with an error.</source>
            <translation>选来训练的设备不在、正忙，或返回了错误。</translation>
        </message>
        <message>
            <source>It tries again by itself.</source>
            <translation>它会自动重试。</translation>
        </message>
        <message>
            <source>Look in “This computer” whether the device is listed. Start the computer anew; if you chose the device yourself, let the app choose again.</source>
            <translation>请在“这台电脑”中查看是否列出了该设备。请重新启动电脑；如果设备是你自己选的，请让应用重新选择。</translation>
        </message>
        <message>
            <source>The device that computes stood still</source>
            <translation>计算设备停住了</translation>
        </message>
        <message>
            <source>For a quarter of an hour the graphics card or processor did not come back from a calculation. Drivers sometimes get stuck, above all after the computer slept.</source>
            <translation>显卡或处理器有一刻钟没有从一次计算中返回。驱动程序有时会卡住，尤其是在电脑睡眠之后。</translation>
        </message>
        <message>
            <source>It ends the engine and starts a fresh one. What was in its hands goes to other computers.</source>
            <translation>应用会结束训练引擎并启动一个新的。它手上的工作会交给其他电脑。</translation>
        </message>
        <message>
            <source>If it comes back, start the computer anew and update the driver of its graphics card. Until then you can let the processor train instead: Limits, “Compute on”.</source>
            <translation>如果再次出现，请重新启动电脑并更新显卡驱动程序。在此之前，你可以改用处理器训练：“限制”中的“计算设备”。</translation>
        </message>
        <message>
            <source>Training goes on more slowly</source>
            <translation>训练改用较慢的方式继续</translation>
        </message>
        <message>
            <source>The engine could not prepare the faster way of computing on this computer.</source>
            <translation>训练引擎无法在这台电脑上准备较快的计算方式。</translation>
        </message>
        <message>
            <source>It goes on in the slower, equally right way. Nothing is lost but some speed.</source>
            <translation>它以较慢但同样正确的方式继续。只是损失一些速度。</translation>
        </message>
        <message>
            <source>Nothing has to be done. A newer driver for the graphics card may bring the speed back.</source>
            <translation>无需处理。更新显卡的驱动程序也许能恢复速度。</translation>
        </message>
    </context>
    <context>
        <name>app.core.problems.keeping_pages</name>
        <message>
            <source>A file can't be read or written</source>
            <translation>无法读取或写入文件</translation>
        </message>
        <message>
            <source>Your system would not let the app read or write one of its own files.</source>
            <translation>系统不让应用读取或写入它自己的一个文件。</translation>
        </message>
        <message>
            <source>It goes on with what it has and tries again.</source>
            <translation>它用现有的内容继续，并会重试。</translation>
        </message>
        <message>
            <source>Check that the disk works and that the app's folder belongs to you. “Open its folder” in Settings shows where it lies.</source>
            <translation>请检查磁盘是否正常，以及应用的文件夹是否属于你。“设置”中的“打开它的文件夹”会显示它的位置。</translation>
        </message>
        <message>
            <source>The disk with its work is not connected</source>
            <translation>存放工作数据的磁盘未连接</translation>
        </message>
        <message>
            <source>You chose a folder on another disk for parts of models and unfinished work. It is not there.</source>
            <translation>你为模型的部分和未完成的工作选择了另一个磁盘上的文件夹。它不在那里。</translation>
        </message>
        <message>
            <source>It tries again by itself and goes on with its work once the folder is there. What was credited to you lies elsewhere and is safe.</source>
            <translation>应用会自动重试，文件夹出现后就继续工作。已经记在你名下的收益保存在别处，是安全的。</translation>
        </message>
        <message>
            <source>Connect the disk, or choose another folder under “Folder for its work” in Settings.</source>
            <translation>请连接磁盘，或在设置的“工作数据的文件夹”中另选一个文件夹。</translation>
        </message>
        <message>
            <source>A setting can't be used</source>
            <translation>某项设置无法使用</translation>
        </message>
        <message>
            <source>Something that is set can't be used, or the file of settings was damaged.</source>
            <translation>有一项设置无法使用，或设置文件已损坏。</translation>
        </message>
        <message>
            <source>It keeps the damaged file beside the new one and uses safe values in its place. Where the hours can't be read, it waits and trains at no hour.</source>
            <translation>它把损坏的文件留在新文件旁边，改用安全的值。如果无法读取时段，它会等待，任何时间都不训练。</translation>
        </message>
        <message>
            <source>Look through Settings and set again what is not as you want it.</source>
            <translation>请逐一查看“设置”，把不合意的重新设置好。</translation>
        </message>
        <message>
            <source>The history of earnings can't be kept</source>
            <translation>无法保存收益记录</translation>
        </message>
        <message>
            <source>The app could not read or write its own record of what was earned.</source>
            <translation>应用无法读取或写入它自己的收益记录。</translation>
        </message>
        <message>
            <source>It goes on training and tries to write again. What the network owes you stands in the network's ledger and is not touched.</source>
            <translation>它会继续训练，并再次尝试写入。网络欠你的款项记在网络的账本中，不受影响。</translation>
        </message>
        <message>
            <source>Check that the disk works and has room, and that the app's folder belongs to you.</source>
            <translation>请检查磁盘是否正常、是否有空间，以及应用的文件夹是否属于你。</translation>
        </message>
        <message>
            <source>The history of activity can't be kept</source>
            <translation>无法保存活动记录</translation>
        </message>
        <message>
            <source>The app could not read or write its record of when this computer trained.</source>
            <translation>应用无法读取或写入这台电脑何时训练的记录。</translation>
        </message>
        <message>
            <source>It goes on training and tries to write again.</source>
            <translation>它会继续训练，并再次尝试写入。</translation>
        </message>
        <message>
            <source>The keychain is locked</source>
            <translation>钥匙串已锁定</translation>
        </message>
        <message>
            <source>The key that signs this computer's work lies in your system's keychain, and that is locked. Without the key nothing can train.</source>
            <translation>为这台电脑的工作签名的密钥保存在系统钥匙串中，而它已锁定。没有密钥就无法训练。</translation>
        </message>
        <message>
            <source>It asks again every half minute and goes on once the keychain is open. It never makes a second key meanwhile.</source>
            <translation>它每半分钟再问一次，钥匙串打开后继续。在此期间它绝不会另建第二个密钥。</translation>
        </message>
        <message>
            <source>Sign in at the screen, or open the keychain with its password. For a computer that starts without anybody there, keep the key in a file, under “This computer's key”.</source>
            <translation>请在屏幕前登录，或用密码打开钥匙串。如果电脑在无人时启动，请在“这台电脑的密钥”中把密钥保存到文件里。</translation>
        </message>
        <message>
            <source>This computer's key can't be opened</source>
            <translation>无法打开这台电脑的密钥</translation>
        </message>
        <message>
            <source>The key that signs this computer's work is missing, locked in its file, or damaged. Without it nothing can train.</source>
            <translation>为这台电脑的工作签名的密钥不见了、锁在它的文件中，或已损坏。没有它就无法训练。</translation>
        </message>
        <message>
            <source>It tries again every half minute. It never makes a second key: its earnings would not go to the first.</source>
            <translation>它每半分钟重试一次。它绝不会另建第二个密钥，否则那个密钥的收益，第一个看不到。</translation>
        </message>
        <message>
            <source>Open “This computer's key”: enter the password, or restore the key from the copy that you saved.</source>
            <translation>请打开“这台电脑的密钥”：输入密码，或用你保存的副本恢复密钥。</translation>
        </message>
        <message>
            <source>The start with your session could not be changed</source>
            <translation>无法更改随登录启动</translation>
        </message>
        <message>
            <source>Your system did not take, or did not remove, the app's start with your session.</source>
            <translation>系统没有接受或没有移除应用的随登录启动。</translation>
        </message>
        <message>
            <source>It leaves everything as it was. Training is not touched.</source>
            <translation>它让一切保持原样。训练不受影响。</translation>
        </message>
        <message>
            <source>Try again, or change it in the system's own list of programs that start with the session.</source>
            <translation>请再试一次，或在系统自己的登录启动程序列表中更改。</translation>
        </message>
        <message>
            <source>The app's icon can't be shown</source>
            <translation>无法显示应用的图标</translation>
        </message>
        <message>
            <source>Your desktop shows no icons of programs that run in the background, or has no room left for this one.</source>
            <translation>你的桌面不显示后台程序的图标，或没有位置再放这一个。</translation>
        </message>
        <message>
            <source>It opens its window, so that everything can be reached. The icon comes back once there is a place for it.</source>
            <translation>它会打开窗口，这样一切都能使用。有位置后，图标会重新出现。</translation>
        </message>
        <message>
            <source>On GNOME install the extension AppIndicator. On a Mac with many icons in the bar, remove some. The command train-at-home works without any window.</source>
            <translation>在 GNOME 上请安装 AppIndicator 扩展。如果 Mac 的菜单栏图标很多，请移除一些。命令 train-at-home 完全不需要窗口。</translation>
        </message>
    </context>
    <context>
        <name>app.core.problems.network_pages</name>
        <message>
            <source>No connection to the network</source>
            <translation>没有连接到网络</translation>
        </message>
        <message>
            <source>This computer has no connection to the internet, or the training network did not answer.</source>
            <translation>这台电脑没有连接互联网，或训练网络没有应答。</translation>
        </message>
        <message>
            <source>It trains nothing meanwhile, looks again all the time, and goes on as soon as the connection is back.</source>
            <translation>在此期间它不训练，会一直查看，连接恢复后立即继续。</translation>
        </message>
        <message>
            <source>Check the cable or the wireless connection, and whether a web page opens in your browser.</source>
            <translation>请检查网线或无线网络，以及浏览器能否打开网页。</translation>
        </message>
        <message>
            <source>The training network does not answer</source>
            <translation>训练网络没有应答</translation>
        </message>
        <message>
            <source>The internet may work, but the computer that leads the training did not answer, or asked to be tried later.</source>
            <translation>互联网可能正常，但主持训练的电脑没有应答，或要求稍后再试。</translation>
        </message>
        <message>
            <source>It tries again by itself, at first after seconds, later after minutes.</source>
            <translation>它会自动重试，起初隔几秒，之后隔几分钟。</translation>
        </message>
        <message>
            <source>Mostly it is enough to wait. If it lasts for hours, check that a firewall or a filter does not block the app.</source>
            <translation>通常等待即可。如果持续几个小时，请检查防火墙或过滤软件是否阻止了应用。</translation>
        </message>
        <message>
            <source>The network said no</source>
            <translation>网络拒绝了</translation>
        </message>
        <message>
            <source>The network answered and refused what was asked. The sentence beside this code says why.</source>
            <translation>网络作了回答，但拒绝了请求。代码旁的句子说明了原因。</translation>
        </message>
        <message>
            <source>It tries again by itself where that can help.</source>
            <translation>重试可能有用时，它会自动重试。</translation>
        </message>
        <message>
            <source>Read the reason in the message. If it stays, save a report and ask the people who run the network.</source>
            <translation>请阅读消息中的原因。如果一直如此，请保存报告，并询问运营网络的人。</translation>
        </message>
        <message>
            <source>The network did not accept the signature</source>
            <translation>网络没有接受签名</translation>
        </message>
        <message>
            <source>Each message is signed with this computer's key, and the network did not accept one of the signatures.</source>
            <translation>每条消息都用这台电脑的密钥签名，而网络没有接受其中一个签名。</translation>
        </message>
        <message>
            <source>It signs anew and tries again.</source>
            <translation>它会重新签名并重试。</translation>
        </message>
        <message>
            <source>Check the computer's clock. If you moved the key here from another computer, see that it runs in one place only.</source>
            <translation>请检查电脑的时钟。如果密钥是从另一台电脑移到这里的，请确保它只在一个地方使用。</translation>
        </message>
        <message>
            <source>The network has a problem of its own</source>
            <translation>网络自身出了问题</translation>
        </message>
        <message>
            <source>The computer that leads the training answered with an error of its own.</source>
            <translation>主持训练的电脑返回了它自身的错误。</translation>
        </message>
        <message>
            <source>It tries again by itself. What was trained is kept until it can be handed over.</source>
            <translation>它会自动重试。训练成果会保留到可以交接为止。</translation>
        </message>
        <message>
            <source>There is nothing you have to do.</source>
            <translation>你不需要做什么。</translation>
        </message>
        <message>
            <source>An answer was not understood</source>
            <translation>有一个回答无法理解</translation>
        </message>
        <message>
            <source>Something arrived that does not follow the rules both sides agreed on. A filter in between may have changed it.</source>
            <translation>收到的内容不符合双方约定的规则。可能被中间的过滤软件更改了。</translation>
        </message>
        <message>
            <source>It throws such a message away and tries again.</source>
            <translation>它会丢弃这样的消息并重试。</translation>
        </message>
        <message>
            <source>Look for a newer version. In a hotel or at work, sign in to the wireless network in your browser first.</source>
            <translation>请查看有没有新版本。在酒店或单位，请先在浏览器中登录无线网络。</translation>
        </message>
        <message>
            <source>Something arrived damaged</source>
            <translation>收到的内容已损坏</translation>
        </message>
        <message>
            <source>What arrived was not what was announced, so it was not used.</source>
            <translation>收到的内容与事先声明的不符，因此没有使用。</translation>
        </message>
        <message>
            <source>It throws it away and fetches it again.</source>
            <translation>它会丢弃该内容并重新获取。</translation>
        </message>
        <message>
            <source>Nothing has to be done. If it happens often, check the memory, the cable or the wireless connection.</source>
            <translation>无需处理。如果经常发生，请检查内存、网线或无线网络。</translation>
        </message>
        <message>
            <source>The connection to the network was lost</source>
            <translation>与网络的连接已断开</translation>
        </message>
        <message>
            <source>The connection broke off while this computer was training.</source>
            <translation>这台电脑训练时连接中断了。</translation>
        </message>
        <message>
            <source>It connects again by itself and goes on where it was.</source>
            <translation>它会自动重新连接，从原处继续。</translation>
        </message>
        <message>
            <source>Nothing has to be done. If it happens every few minutes, move closer to the router or use a cable.</source>
            <translation>无需处理。如果每隔几分钟就发生，请靠近路由器，或使用网线。</translation>
        </message>
        <message>
            <source>Another computer can't be reached</source>
            <translation>无法连接另一台电脑</translation>
        </message>
        <message>
            <source>The parts of the model lie on different computers, and one of them did not answer.</source>
            <translation>模型的各部分在不同的电脑上，其中一台没有应答。</translation>
        </message>
        <message>
            <source>It takes another way, or waits until the network has put another computer in its place.</source>
            <translation>它会换一条路，或等网络用另一台电脑代替。</translation>
        </message>
        <message>
            <source>Nothing has to be done.</source>
            <translation>无需处理。</translation>
        </message>
        <message>
            <source>The network on this computer ended</source>
            <translation>这台电脑上的网络结束了</translation>
        </message>
        <message>
            <source>The small network for trying everything out on this computer did not start, or ended by itself.</source>
            <translation>用于在这台电脑上试用的小网络没有启动，或自行结束了。</translation>
        </message>
        <message>
            <source>It starts it again by itself.</source>
            <translation>它会自动重新启动该网络。</translation>
        </message>
        <message>
            <source>Close other programs if memory is short. If it goes on, save a report.</source>
            <translation>如果内存不足，请关闭其他程序。如果仍然发生，请保存报告。</translation>
        </message>
        <message>
            <source>The app is too old for the network</source>
            <translation>应用对网络来说太旧</translation>
        </message>
        <message>
            <source>The network speaks a newer version than this app, so they can't train together.</source>
            <translation>网络使用的版本比这个应用新，因此无法一起训练。</translation>
        </message>
        <message>
            <source>It looks for a newer version and begins it while nobody is disturbed, unless you switched that off.</source>
            <translation>它会查看新版本，并在不打扰任何人时启用，除非你关闭了此功能。</translation>
        </message>
        <message>
            <source>Quit the app and start it again if a new version is ready, or choose “Update by itself” in Settings.</source>
            <translation>如果新版本已就绪，请退出应用并重新启动；或在“设置”中选择“自动更新”。</translation>
        </message>
        <message>
            <source>This month's data are used up</source>
            <translation>本月流量已用完</translation>
        </message>
        <message>
            <source>You allowed training an amount of data in a month, and that has been used.</source>
            <translation>你为训练设置了每月流量，现在已经用完。</translation>
        </message>
        <message>
            <source>It waits until the next month begins.</source>
            <translation>它会等到下个月开始。</translation>
        </message>
        <message>
            <source>Under Connection you can allow more, or no limit.</source>
            <translation>在“连接”中可以允许更多，或不设限制。</translation>
        </message>
        <message>
            <source>A piece of work came too late</source>
            <translation>一份工作来得太晚</translation>
        </message>
        <message>
            <source>This computer finished a step when the others had already gone on, so that step was left out.</source>
            <translation>这台电脑完成一个步骤时，其他电脑已经继续，因此跳过了这一步。</translation>
        </message>
        <message>
            <source>It takes the newest state and goes on.</source>
            <translation>它会获取最新的状态并继续。</translation>
        </message>
        <message>
            <source>Nothing has to be done. If it happens often, the connection or the computer is busy with something else.</source>
            <translation>无需处理。如果经常发生，说明连接或电脑在忙别的事。</translation>
        </message>
        <message>
            <source>The ledger can't be asked</source>
            <translation>无法查询账本</translation>
        </message>
        <message>
            <source>The network's ledger did not answer, so the figures of your earnings may be old.</source>
            <translation>网络的账本没有应答，因此你的收益数字可能是旧的。</translation>
        </message>
        <message>
            <source>It asks again by itself. What you have earned is not touched.</source>
            <translation>它会自动再次查询。你已赚取的不受影响。</translation>
        </message>
        <message>
            <source>The proxy does not let it through</source>
            <translation>代理不放行</translation>
        </message>
        <message>
            <source>This computer goes to the internet through a proxy, as companies and universities have one. That proxy refused, could not be reached, or is of a kind that this app does not speak, such as SOCKS.</source>
            <translation>这台电脑通过代理上网，公司和大学常用这种方式。该代理拒绝了、无法访问，或属于本应用不支持的类型，例如 SOCKS。</translation>
        </message>
        <message>
            <source>It tries again by itself. It never goes past a proxy that is set.</source>
            <translation>它会自动重试。它绝不会绕过已设置的代理。</translation>
        </message>
        <message>
            <source>Look at Proxy in Settings: enter the address that whoever runs the proxy gives you, or choose None where there is no proxy any more. Where it asks for a password or is found by a script, ask for an address that works without.</source>
            <translation>请查看设置中的“代理”：输入代理管理者提供的地址，如果已经没有代理，则选择“无”。如果代理需要密码或由脚本指定，请索要一个不需要这些的地址。</translation>
        </message>
        <message>
            <source>The network keeps a payout back for now. The reason stands beside it under Earnings.</source>
            <translation>网络暂时扣留了一笔付款。原因写在“收益”中该笔付款旁边。</translation>
        </message>
        <message>
            <source>Read the reason under Earnings, and check that your payout address is right.</source>
            <translation>请在“收益”中阅读原因，并检查你的收款地址是否正确。</translation>
        </message>
    </context>
    <context>
        <name>app.core.removal_plan</name>
        <message>
            <source>the engine and newer versions that were fetched</source>
            <translation>训练引擎和已获取的新版本</translation>
        </message>
        <message>
            <source>unfinished work and checkpoints</source>
            <translation>未完成的工作和检查点</translation>
        </message>
        <message>
            <source>what it remembers, its earnings book included</source>
            <translation>它记住的内容，包括收益账本</translation>
        </message>
        <message>
            <source>logs</source>
            <translation>日志</translation>
        </message>
        <message>
            <source>settings</source>
            <translation>设置</translation>
        </message>
        <message>
            <source>this computer's key</source>
            <translation>这台电脑的密钥</translation>
        </message>
    </context>
    <context>
        <name>app.core.report.contents</name>
        <message>
            <source>A problem report of Train at Home, {time}.
Nobody was sent this: whoever has it got it from the person who saved it.
Names of person and computer, folders, addresses of wallets and of the internet, e-mail addresses, and all that looks like a password, key or token were taken out. The same address has the same number everywhere.</source>
            <translation>Train at Home 的问题报告，{time}。
没有发送给任何人：拿到它的人是从保存它的人那里得到的。
人名和电脑名、文件夹、钱包地址和网络地址、电子邮件地址，以及一切看起来像密码、密钥或令牌的内容都已去掉。相同的地址在各处编号相同。</translation>
        </message>
    </context>
    <context>
        <name>app.core.report.digest</name>
        <message>
            <source>{size} memory</source>
            <translation>{size} 内存</translation>
        </message>
        <message>
            <source>Its state can't be told.</source>
            <translation>无法得知其状态。</translation>
        </message>
        <message>
            <source>Troubles:</source>
            <translation>问题：</translation>
        </message>
        <message>
            <source>Its settings can't be told.</source>
            <translation>无法得知其设置。</translation>
        </message>
        <message>
            <source>Set differently than at first:</source>
            <translation>与初始设置不同的项：</translation>
        </message>
        <message>
            <source>All is set as at first.</source>
            <translation>全部为初始设置。</translation>
        </message>
        <message>
            <source>Its readings can't be told.</source>
            <translation>无法得知其读数。</translation>
        </message>
        <message>
            <source>Read last:</source>
            <translation>最近的读数：</translation>
        </message>
    </context>
    <context>
        <name>app.core.settings.change</name>
        <message>
            <source>This app doesn't speak “{tag}”.</source>
            <translation>这个应用不支持“{tag}”。</translation>
        </message>
        <message>
            <source>It speaks: {names}.</source>
            <translation>它支持：{names}。</translation>
        </message>
        <message>
            <source>The engine needs at least one thread.</source>
            <translation>训练引擎至少需要一个线程。</translation>
        </message>
        <message>
            <source>The engine needs between 5 and 100 % of the graphics card's memory.</source>
            <translation>训练引擎需要显存的 5 % 到 100 %。</translation>
        </message>
        <message>
            <source>Between 1 and {most} graphics cards can compute, not {cards}.</source>
            <translation>可以用 1 到 {most} 块显卡计算，不能用 {cards} 块。</translation>
        </message>
        <message>
            <source>The engine can compute between {least} and {most} of the time.</source>
            <translation>训练引擎可以使用 {least} 到 {most} 的时间进行计算。</translation>
        </message>
        <message>
            <source>With a limit of nothing this computer could never train.</source>
            <translation>限制为零，这台电脑就永远不能训练。</translation>
        </message>
        <message>
            <source>Enter more, or no limit.</source>
            <translation>请输入更大的值，或不限制。</translation>
        </message>
    </context>
    <context>
        <name>app.core.settings.limit_fields</name>
        <message>
            <source>rpm</source>
            <translation>转/分</translation>
        </message>
        <message>
            <source>Mbit/s</source>
            <translation>Mbit/s</translation>
        </message>
        <message>
            <source>Power</source>
            <translation>电源</translation>
        </message>
        <message>
            <source>Train only on mains</source>
            <translation>只在接通电源时训练</translation>
        </message>
        <message>
            <source>Train only with a battery charged to at least</source>
            <translation>只在电池电量不低于此值时训练</translation>
        </message>
        <message>
            <source>Wait while the computer saves energy</source>
            <translation>电脑节能时等待</translation>
        </message>
        <message>
            <source>Wait while electricity costs more than</source>
            <translation>电价高于以下价格时等待</translation>
        </message>
        <message>
            <source>While you use it</source>
            <translation>你使用电脑时</translation>
        </message>
        <message>
            <source>Train only when nobody touched the computer for</source>
            <translation>只在无人操作电脑达到此时长后训练</translation>
        </message>
        <message>
            <source>Wait while a game, a film or a presentation fills the screen</source>
            <translation>游戏、影片或演示占满屏幕时等待</translation>
        </message>
        <message>
            <source>Wait while somebody else sits at this computer</source>
            <translation>有其他人使用这台电脑时等待</translation>
        </message>
        <message>
            <source>Wait while one of these programs runs</source>
            <translation>这些程序之一运行时等待</translation>
        </message>
        <message>
            <source>Wait while the connection is paid by volume</source>
            <translation>连接按流量计费时等待</translation>
        </message>
        <message>
            <source>Heat, noise and room</source>
            <translation>温度、噪音和空间</translation>
        </message>
        <message>
            <source>Keep the processor at most as warm as</source>
            <translation>处理器温度最高</translation>
        </message>
        <message>
            <source>Keep the graphics card at most as warm as</source>
            <translation>显卡温度最高</translation>
        </message>
        <message>
            <source>Wait while a fan turns faster than</source>
            <translation>风扇转速高于以下值时等待</translation>
        </message>
        <message>
            <source>Keep memory free, at least</source>
            <translation>至少保留空闲内存</translation>
        </message>
        <message>
            <source>Keep disk space free, at least</source>
            <translation>至少保留空闲磁盘空间</translation>
        </message>
    </context>
    <context>
        <name>app.core.settings.mending</name>
        <message>
            <source>, item {place}</source>
            <translation>，第 {place} 项</translation>
        </message>
    </context>
    <context>
        <name>app.core.settings.stored_file</name>
        <message>
            <source>{name} is damaged ({problem}), so these are the defaults.</source>
            <translation>{name} 已损坏（{problem}），因此这里显示默认值。</translation>
        </message>
        <message>
            <source>The app keeps the damaged file when it next starts.</source>
            <translation>应用下次启动时会保留损坏的文件。</translation>
        </message>
        <message>
            <source>Part of {name} can't be read: {parts}.</source>
            <translation>{name} 的一部分无法读取：{parts}。</translation>
        </message>
        <message>
            <source>What stands here in its place is what the app would use.</source>
            <translation>这里显示的是应用会改用的值。</translation>
        </message>
        <message>
            <source>{path} can't be read: {problem}.</source>
            <translation>无法读取 {path}：{problem}。</translation>
        </message>
        <message>
            <source>a later version</source>
            <translation>更新的版本</translation>
        </message>
        <message>
            <source>version {version}</source>
            <translation>版本 {version}</translation>
        </message>
        <message>
            <source>{path} was written by {writer} of this app, which is newer than this one.</source>
            <translation>写成 {path} 的是这个应用的{writer}，比当前版本新。</translation>
        </message>
        <message>
            <source>Install that version or a later one; the file was left as it is.</source>
            <translation>请安装那个版本或更新的版本；文件保持原样。</translation>
        </message>
        <message>
            <source>Part of {name} could not be read and was left out: {parts}.</source>
            <translation>{name} 的一部分无法读取，已略去：{parts}。</translation>
        </message>
        <message>
            <source>Please set it again. The file as it was is kept as {backup}.</source>
            <translation>请重新设置。原来的文件已保存为 {backup}。</translation>
        </message>
        <message>
            <source>{path} is damaged and can't be put aside: {problem}.</source>
            <translation>{path} 已损坏，且无法移到一边：{problem}。</translation>
        </message>
        <message>
            <source>{name} was damaged ({problem}), so this app starts with its defaults.</source>
            <translation>{name} 已损坏（{problem}），因此应用以默认值启动。</translation>
        </message>
        <message>
            <source>The damaged file is kept as {backup}.</source>
            <translation>损坏的文件已保存为 {backup}。</translation>
        </message>
        <message>
            <source>{path} can't be written: {problem}.</source>
            <translation>无法写入 {path}：{problem}。</translation>
        </message>
    </context>
    <context>
        <name>app.core.settings.typed_limits</name>
        <message>
            <source>Give each limit once.</source>
            <translation>每项限制只给出一次。</translation>
        </message>
        <message>
            <source>“{name}” was given twice.</source>
            <translation>“{name}”给出了两次。</translation>
        </message>
        <message>
            <source>Say how much as well: gates.data_quota_bytes 100GB</source>
            <translation>也请说明数量：gates.data_quota_bytes 100GB</translation>
        </message>
        <message>
            <source>All of them: train-at-home limits set</source>
            <translation>列出全部：train-at-home limits set</translation>
        </message>
        <message>
            <source>“{name}” is no limit that can be set here.</source>
            <translation>“{name}”不是可以在这里设置的限制。</translation>
        </message>
        <message>
            <source>off, automatic or on</source>
            <translation>off、automatic 或 on</translation>
        </message>
        <message>
            <source>on or off</source>
            <translation>on 或 off</translation>
        </message>
        <message>
            <source>system, none, or an address like {example}</source>
            <translation>system、none，或形如 {example} 的地址</translation>
        </message>
        <message>
            <source>a folder on any disk, or none</source>
            <translation>任意磁盘上的文件夹，或 none</translation>
        </message>
        <message>
            <source>names with commas between them, or none</source>
            <translation>用逗号分隔的名称，或 none</translation>
        </message>
        <message>
            <source>{least} to {most} {unit}</source>
            <translation>{least} 到 {most} {unit}</translation>
        </message>
        <message>
            <source>{range}, like {example}</source>
            <translation>{range}，例如 {example}</translation>
        </message>
        <message>
            <source>{range}; or none</source>
            <translation>{range}；或 none</translation>
        </message>
        <message>
            <source>“{name}” can't be “{value}”.</source>
            <translation>“{name}”不能是“{value}”。</translation>
        </message>
        <message>
            <source>It may be: {permitted}.</source>
            <translation>可以是：{permitted}。</translation>
        </message>
    </context>
    <context>
        <name>app.core.settings.words</name>
        <message>
            <source>The form of this file; written by the app.</source>
            <translation>这个文件的格式；由应用写入。</translation>
        </message>
        <message>
            <source>The version of the app that wrote this file last.</source>
            <translation>最后写入这个文件的应用版本。</translation>
        </message>
        <message>
            <source>Where to train: a network on this computer, a known one by name, or the address of an orchestrator.</source>
            <translation>在哪里训练：这台电脑上的网络、按名称选择的已知网络，或协调器的地址。</translation>
        </message>
        <message>
            <source>What you last asked for: automatic, on, off or paused, and until when.</source>
            <translation>你上次的要求：自动、打开、关闭或暂停，以及到什么时候。</translation>
        </message>
        <message>
            <source>Whether the hours count; if not, any hour is good.</source>
            <translation>时段是否有效；如果无效，任何时间都可以。</translation>
        </message>
        <message>
            <source>The hours of the week: weekday 0 is Monday, times are minutes since midnight. Each may have a last start and an overrun of its own.</source>
            <translation>每周的时段：weekday 0 是星期一，时间是从午夜起的分钟数。每个时段可以有自己的最晚开始和交接分钟数。</translation>
        </message>
        <message>
            <source>Days off, and nights that are skipped.</source>
            <translation>休息日，以及跳过的夜晚。</translation>
        </message>
        <message>
            <source>So many minutes before hours end nothing new begins.</source>
            <translation>时段结束前这么多分钟内不开始新的工作。</translation>
        </message>
        <message>
            <source>So many minutes after hours end, what is under way may still be handed over.</source>
            <translation>时段结束后这么多分钟内仍可交接进行中的工作。</translation>
        </message>
        <message>
            <source>Train only on mains: off, automatic (where that can be told) or on (wait also where it can't).</source>
            <translation>只在接通电源时训练：off（关）、automatic（能判断时）或 on（不能判断时也等待）。</translation>
        </message>
        <message>
            <source>Train only with a battery charged to battery_least_share: off, automatic or on.</source>
            <translation>只在电量达到 battery_least_share 时训练：off、automatic 或 on。</translation>
        </message>
        <message>
            <source>How full the battery must be, between 0 and 1.</source>
            <translation>电池必须有多满，0 到 1 之间。</translation>
        </message>
        <message>
            <source>Wait while the computer saves energy: off, automatic or on.</source>
            <translation>电脑节能时等待：off、automatic 或 on。</translation>
        </message>
        <message>
            <source>Wait while a kilowatt hour costs more than electricity_most_per_kwh: off, automatic or on.</source>
            <translation>每千瓦时电价高于 electricity_most_per_kwh 时等待：off、automatic 或 on。</translation>
        </message>
        <message>
            <source>The most a kilowatt hour may cost, in your currency, by your own prices.</source>
            <translation>每千瓦时最高电价，以你的货币和你填写的价格计。</translation>
        </message>
        <message>
            <source>Train only when nobody touched the computer for idle_least_seconds: off, automatic or on.</source>
            <translation>只在无人操作电脑达 idle_least_seconds 后训练：off、automatic 或 on。</translation>
        </message>
        <message>
            <source>So many seconds nobody must have touched it.</source>
            <translation>必须有这么多秒无人操作。</translation>
        </message>
        <message>
            <source>Wait while the connection is paid by volume: off, automatic or on.</source>
            <translation>连接按流量计费时等待：off、automatic 或 on。</translation>
        </message>
        <message>
            <source>Wait while one of busy_programs runs: off, automatic or on.</source>
            <translation>busy_programs 之一运行时等待：off、automatic 或 on。</translation>
        </message>
        <message>
            <source>The names of those programs.</source>
            <translation>这些程序的名称。</translation>
        </message>
        <message>
            <source>Wait while a game, a film or a presentation fills the screen: off, automatic or on.</source>
            <translation>游戏、影片或演示占满屏幕时等待：off、automatic 或 on。</translation>
        </message>
        <message>
            <source>Wait while somebody else sits at this computer: off, automatic or on.</source>
            <translation>有其他人使用这台电脑时等待：off、automatic 或 on。</translation>
        </message>
        <message>
            <source>Wait while the processor is warmer than temperature_most_celsius: off, automatic or on.</source>
            <translation>处理器温度高于 temperature_most_celsius 时等待：off、automatic 或 on。</translation>
        </message>
        <message>
            <source>How warm the processor may get, in degrees Celsius.</source>
            <translation>处理器最高温度，单位为摄氏度。</translation>
        </message>
        <message>
            <source>The same for the graphics card: off, automatic or on.</source>
            <translation>显卡同样：off、automatic 或 on。</translation>
        </message>
        <message>
            <source>How warm the graphics card may get, in degrees Celsius.</source>
            <translation>显卡最高温度，单位为摄氏度。</translation>
        </message>
        <message>
            <source>Wait while the fastest fan turns faster than fans_most_rpm: off, automatic or on.</source>
            <translation>最快的风扇转速高于 fans_most_rpm 时等待：off、automatic 或 on。</translation>
        </message>
        <message>
            <source>How fast a fan may turn, in turns a minute.</source>
            <translation>风扇允许的最高转速，单位为每分钟转数。</translation>
        </message>
        <message>
            <source>Wait while less memory is free than memory_least_bytes: off, automatic or on.</source>
            <translation>空闲内存少于 memory_least_bytes 时等待：off、automatic 或 on。</translation>
        </message>
        <message>
            <source>How many bytes of memory must be free.</source>
            <translation>必须空闲的内存字节数。</translation>
        </message>
        <message>
            <source>Wait while less disk space is free than disk_least_bytes: off, automatic or on.</source>
            <translation>空闲磁盘空间少于 disk_least_bytes 时等待：off、automatic 或 on。</translation>
        </message>
        <message>
            <source>How many bytes must stay free on the disk that holds the app's work.</source>
            <translation>存放应用工作的磁盘上必须空闲的字节数。</translation>
        </message>
        <message>
            <source>Wait for the next month once data_quota_bytes are used up: off, automatic or on.</source>
            <translation>data_quota_bytes 用完后等到下个月：off、automatic 或 on。</translation>
        </message>
        <message>
            <source>How many bytes may be sent and received in a month, together.</source>
            <translation>每月收发合计最多多少字节。</translation>
        </message>
        <message>
            <source>Wait until the network answers: off, automatic or on.</source>
            <translation>等到网络应答：off、automatic 或 on。</translation>
        </message>
        <message>
            <source>Wait while the network speaks another version: off, automatic or on.</source>
            <translation>网络使用另一个版本时等待：off、automatic 或 on。</translation>
        </message>
        <message>
            <source>The public address of the wallet that earnings go to. Never a key, never words.</source>
            <translation>收益付到的钱包的公开地址。绝不是密钥，绝不是助记词。</translation>
        </message>
        <message>
            <source>What to compute on: auto, cpu, cuda, mps or xpu.</source>
            <translation>用什么计算：auto、cpu、cuda、mps 或 xpu。</translation>
        </message>
        <message>
            <source>How many graphics cards compute at most, each with an engine of its own.</source>
            <translation>最多用几块显卡计算，每块显卡各有一个训练引擎。</translation>
        </message>
        <message>
            <source>How many threads of the processor the engine computes with.</source>
            <translation>训练引擎使用处理器的多少个线程。</translation>
        </message>
        <message>
            <source>How much of the time the engine computes at most, between 0.1 and 1; it rests in between.</source>
            <translation>训练引擎最多用多少时间计算，介于 0.1 和 1 之间；其余时间休息。</translation>
        </message>
        <message>
            <source>The most memory of the engine in bytes; null leaves it to the engine.</source>
            <translation>训练引擎最多占用的内存字节数；null 表示由引擎决定。</translation>
        </message>
        <message>
            <source>How much of the graphics card's memory the engine may take, between 0.05 and 1.</source>
            <translation>训练引擎可占用显存的份额，0.05 到 1 之间。</translation>
        </message>
        <message>
            <source>The most disk space for the engine's work, in bytes.</source>
            <translation>训练引擎的工作最多占用的磁盘字节数。</translation>
        </message>
        <message>
            <source>In which folder the engine's work lies; null for beside the app's other data.</source>
            <translation>训练引擎的工作数据放在哪个文件夹；null 表示与应用的其他数据放在一起。</translation>
        </message>
        <message>
            <source>The most that is sent in a second, in bytes; null is no limit.</source>
            <translation>每秒最多发送的字节数；null 表示不限。</translation>
        </message>
        <message>
            <source>The most that is received in a second, in bytes; null is no limit.</source>
            <translation>每秒最多接收的字节数；null 表示不限。</translation>
        </message>
        <message>
            <source>Meet other computers only in the network's store, so that none sees this one's internet address.</source>
            <translation>只在网络的存储中与其他电脑会合，这样谁都看不到这台电脑的互联网地址。</translation>
        </message>
        <message>
            <source>How to reach servers: system (what the system says), none, or a proxy's address without a password.</source>
            <translation>如何访问服务器：system（按系统设置）、none，或不带密码的代理地址。</translation>
        </message>
        <message>
            <source>Which key signs this computer's work, by where it lies; never the key itself.</source>
            <translation>哪个密钥为这台电脑的工作签名，按其所在位置；绝不是密钥本身。</translation>
        </message>
        <message>
            <source>Show no amounts of money anywhere.</source>
            <translation>任何地方都不显示金额。</translation>
        </message>
        <message>
            <source>What amounts are shown in: alpha, tao or money.</source>
            <translation>金额的单位：alpha、tao 或 money（货币）。</translation>
        </message>
        <message>
            <source>Your currency.</source>
            <translation>你的货币。</translation>
        </message>
        <message>
            <source>What electricity costs for a kilowatt hour, at all hours or by the hour.</source>
            <translation>每千瓦时的电费，全天统一或按小时。</translation>
        </message>
        <message>
            <source>What one TAO is worth, as you typed it.</source>
            <translation>一个 TAO 值多少，由你输入。</translation>
        </message>
        <message>
            <source>The watts drawn while it trains, read off a meter; null lets the app find out.</source>
            <translation>训练时的瓦数，从电表读取；null 表示由应用自行判断。</translation>
        </message>
        <message>
            <source>Look for a newer version daily, and begin it while nobody is disturbed.</source>
            <translation>每天查看新版本，并在不打扰任何人时启用。</translation>
        </message>
        <message>
            <source>Which versions are taken: stable, or early for new ones first, while more may still go wrong.</source>
            <translation>采用哪些版本：stable（稳定版）；或 early（抢先版），最先得到新版本，但较可能出问题。</translation>
        </message>
        <message>
            <source>Tell when training begins because your hours do.</source>
            <translation>时段开始而训练开始时告知。</translation>
        </message>
        <message>
            <source>Tell what was done and earned once your hours are over.</source>
            <translation>时段结束后告知完成的工作和收益。</translation>
        </message>
        <message>
            <source>Tell when it can't train and most likely needs you; at any hour.</source>
            <translation>无法训练且很可能需要你时告知；任何时间。</translation>
        </message>
        <message>
            <source>Tell when a newer version was fetched.</source>
            <translation>获取到新版本时告知。</translation>
        </message>
        <message>
            <source>Tell when the network paid you.</source>
            <translation>网络付款给你时告知。</translation>
        </message>
        <message>
            <source>Tell when the address that earnings go to was changed; at any hour.</source>
            <translation>收益付到的地址更改时告知；任何时间。</translation>
        </message>
        <message>
            <source>Whether there are quiet hours, in which only what is urgent is told.</source>
            <translation>是否有免打扰时间，其间只告知紧急的事。</translation>
        </message>
        <message>
            <source>When the quiet hours begin, in minutes since midnight.</source>
            <translation>免打扰时间何时开始，从午夜起的分钟数。</translation>
        </message>
        <message>
            <source>When they end, in minutes since midnight; it may be the next day.</source>
            <translation>何时结束，从午夜起的分钟数；可以是第二天。</translation>
        </message>
        <message>
            <source>The language of the app: system, or a tag like en.</source>
            <translation>应用的语言：system，或 zh-Hans 这样的标签。</translation>
        </message>
        <message>
            <source>The windows' colours: system, light, dark or contrast.</source>
            <translation>窗口的颜色：system、light（浅色）、dark（深色）或 contrast（高对比度）。</translation>
        </message>
    </context>
    <context>
        <name>app.core.settings.work_folder</name>
        <message>
            <source>That is no name of a folder.</source>
            <translation>这不是文件夹的名称。</translation>
        </message>
        <message>
            <source>Choose a folder that is there.</source>
            <translation>请选择一个已有的文件夹。</translation>
        </message>
        <message>
            <source>“{folder}” does not say on which disk it is.</source>
            <translation>“{folder}”没有说明在哪个磁盘上。</translation>
        </message>
        <message>
            <source>Give the whole way to the folder, from the disk on.</source>
            <translation>请写出从磁盘开始的完整路径。</translation>
        </message>
        <message>
            <source>With the app's other data</source>
            <translation>与应用的其他数据放在一起</translation>
        </message>
        <message>
            <source>That room is free again. What is needed is fetched when training next begins.</source>
            <translation>空间已释放。需要的内容会在下次训练开始时下载。</translation>
        </message>
    </context>
    <context>
        <name>app.core.supervisor</name>
        <message>
            <source>The engine needs it now.</source>
            <translation>训练引擎现在正需要它。</translation>
        </message>
        <message>
            <source>Let it finish first; then that room can be freed.</source>
            <translation>请先让它完成，然后就可以释放这些空间。</translation>
        </message>
    </context>
    <context>
        <name>app.core.words</name>
        <message>
            <source>Closing</source>
            <translation>正在关闭</translation>
        </message>
        <message>
            <source>Finishing</source>
            <translation>正在收尾</translation>
        </message>
        <message>
            <source>Choose a network</source>
            <translation>选择网络</translation>
        </message>
        <message>
            <source>Off</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Paused</source>
            <translation>已暂停</translation>
        </message>
        <message>
            <source>Finished</source>
            <translation>已完成</translation>
        </message>
        <message>
            <source>Waiting</source>
            <translation>等待中</translation>
        </message>
        <message>
            <source>Closed.</source>
            <translation>已关闭。</translation>
        </message>
        <message>
            <source>Your hours are over. Handing over what is under way, until {time} at the latest.</source>
            <translation>你的时段已结束。正在交接进行中的工作，最晚到 {time}。</translation>
        </message>
        <message>
            <source>with less at once, because memory ran short</source>
            <translation>因内存不足而减少了同时处理的量</translation>
        </message>
        <message>
            <source>This computer may train{until}.</source>
            <translation>这台电脑可以训练{until}。</translation>
        </message>
        <message>
            <source>Training, as you asked{until}.</source>
            <translation>按你的要求训练{until}。</translation>
        </message>
        <message>
            <source>Paused by you{until}.</source>
            <translation>已由你暂停{until}。</translation>
        </message>
        <message>
            <source> until you resume</source>
            <translation>，直到你恢复</translation>
        </message>
        <message>
            <source>Finishing what is under way, then off.</source>
            <translation>完成进行中的工作，然后关闭。</translation>
        </message>
        <message>
            <source>Off until you turn it on.</source>
            <translation>已关闭，直到你打开。</translation>
        </message>
        <message>
            <source>Finished, as you asked; off{until}.</source>
            <translation>已按你的要求完成；关闭{until}。</translation>
        </message>
        <message>
            <source> until you turn it on</source>
            <translation>，直到你打开</translation>
        </message>
        <message>
            <source>Network chosen</source>
            <translation>已选择网络</translation>
        </message>
        <message>
            <source>Computer awake</source>
            <translation>电脑处于唤醒状态</translation>
        </message>
        <message>
            <source>Up to date</source>
            <translation>已是最新</translation>
        </message>
        <message>
            <source>Within your hours</source>
            <translation>在你的时段内</translation>
        </message>
        <message>
            <source>Plugged in</source>
            <translation>已接通电源</translation>
        </message>
        <message>
            <source>Battery charged</source>
            <translation>电池已充电</translation>
        </message>
        <message>
            <source>Not saving energy</source>
            <translation>没有节能</translation>
        </message>
        <message>
            <source>Electricity cheap enough</source>
            <translation>电价够低</translation>
        </message>
        <message>
            <source>Network not metered</source>
            <translation>网络不计流量</translation>
        </message>
        <message>
            <source>Data allowance left</source>
            <translation>还有流量</translation>
        </message>
        <message>
            <source>No busy program</source>
            <translation>没有占用电脑的程序</translation>
        </message>
        <message>
            <source>Nobody else at this computer</source>
            <translation>没有其他人使用电脑</translation>
        </message>
        <message>
            <source>Computer not in use</source>
            <translation>电脑未在使用</translation>
        </message>
        <message>
            <source>Cool enough</source>
            <translation>温度正常</translation>
        </message>
        <message>
            <source>Graphics card cool enough</source>
            <translation>显卡温度正常</translation>
        </message>
        <message>
            <source>Fans quiet enough</source>
            <translation>风扇够安静</translation>
        </message>
        <message>
            <source>Enough memory</source>
            <translation>内存充足</translation>
        </message>
        <message>
            <source>Enough disk space</source>
            <translation>磁盘空间充足</translation>
        </message>
        <message>
            <source>Network reachable</source>
            <translation>网络可连接</translation>
        </message>
        <message>
            <source>Payout address given</source>
            <translation>已填写收款地址</translation>
        </message>
        <message>
            <source>yes{until}</source>
            <translation>是{until}</translation>
        </message>
        <message>
            <source>no{until}</source>
            <translation>否{until}</translation>
        </message>
        <message>
            <source>stopped</source>
            <translation>已停止</translation>
        </message>
        <message>
            <source>starting</source>
            <translation>正在启动</translation>
        </message>
        <message>
            <source>downloading</source>
            <translation>正在下载</translation>
        </message>
        <message>
            <source>waiting for peers</source>
            <translation>等待其他电脑</translation>
        </message>
        <message>
            <source>saving</source>
            <translation>正在保存</translation>
        </message>
        <message>
            <source>stopping</source>
            <translation>正在停止</translation>
        </message>
        <message>
            <source>failed</source>
            <translation>失败</translation>
        </message>
        <message>
            <source>The network has not told about this computer's work yet.</source>
            <translation>网络还没有告知这台电脑的工作情况。</translation>
        </message>
        <message>
            <source>Tonight {tonight} of accepted work; {pending} to be paid, {paid} paid.</source>
            <translation>今晚被接受的工作 {tonight}；待支付 {pending}，已支付 {paid}。</translation>
        </message>
        <message>
            <source>Add a payout address to receive it; nothing is lost meanwhile.</source>
            <translation>添加收款地址即可收款；在此之前不会丢失任何收益。</translation>
        </message>
        <message>
            <source>Handing over, then closing.</source>
            <translation>正在交接，然后关闭。</translation>
        </message>
        <message>
            <source>This device's key lies in a file that only you can read, in {folder}.</source>
            <translation>这台设备的密钥保存在只有你能读取的文件中，位于 {folder}。</translation>
        </message>
        <message>
            <source>A key for trying out, in a file. Joining a network asks for a keychain or a password first.</source>
            <translation>一个用于试用的密钥，保存在文件中。加入网络之前需要先有钥匙串或密码。</translation>
        </message>
        <message>
            <source>This device's key lies in a file that your password opens.</source>
            <translation>这台设备的密钥保存在由你的密码打开的文件中。</translation>
        </message>
        <message>
            <source>This device signs with the hotkey “{hotkey}” of your wallet “{wallet}”.</source>
            <translation>这台设备用你的钱包“{wallet}”的 hotkey“{hotkey}”签名。</translation>
        </message>
        <message>
            <source>Waiting for its key</source>
            <translation>等待密钥</translation>
        </message>
        <message>
            <source>Stopped by an error</source>
            <translation>因错误停止</translation>
        </message>
        <message>
            <source>Training</source>
            <translation>正在训练</translation>
        </message>
        <message>
            <source>Waiting for peers</source>
            <translation>等待其他电脑</translation>
        </message>
        <message>
            <source>Saving</source>
            <translation>正在保存</translation>
        </message>
        <message>
            <source>Starting</source>
            <translation>正在启动</translation>
        </message>
        <message>
            <source>Training gently</source>
            <translation>正在轻度训练</translation>
        </message>
        <message>
            <source>Training gently, part {part} of {parts} of “{title}”</source>
            <translation>正在轻度训练“{title}”的第 {part} 部分，共 {parts} 部分</translation>
        </message>
        <message>
            <source>Training part {part} of {parts} of “{title}”</source>
            <translation>正在训练“{title}”的第 {part} 部分，共 {parts} 部分</translation>
        </message>
        <message>
            <source>The processor is warm, so it goes gently until that has cooled.</source>
            <translation>处理器较热，在它冷却之前会轻度训练。</translation>
        </message>
        <message>
            <source>The graphics card is warm, so it goes gently until that has cooled.</source>
            <translation>显卡较热，在它冷却之前会轻度训练。</translation>
        </message>
        <message>
            <source>The fans are getting loud, so it goes gently until they are quieter.</source>
            <translation>风扇声音变大，在安静下来之前会轻度训练。</translation>
        </message>
        <message>
            <source>The training of “{title}” is done.</source>
            <translation>“{title}”的训练已完成。</translation>
        </message>
        <message>
            <source>Turn training off and on again to begin another one.</source>
            <translation>关闭训练再打开，即可开始新的训练。</translation>
        </message>
        <message>
            <source>Waiting for the next one.</source>
            <translation>正在等待下一次训练。</translation>
        </message>
        <message>
            <source>{what} Trying again at {time}.</source>
            <translation>{what}将在 {time} 重试。</translation>
        </message>
        <message>
            <source>Waiting for this computer's key. {what}</source>
            <translation>正在等待这台电脑的密钥。{what}</translation>
        </message>
        <message>
            <source>Starting a network on this computer.</source>
            <translation>正在这台电脑上启动网络。</translation>
        </message>
        <message>
            <source>Moving its work to another disk: {done} of {total}.</source>
            <translation>正在把工作数据移到另一个磁盘：{done} / {total}。</translation>
        </message>
        <message>
            <source>Downloading its part of the model: {done} of {total}.</source>
            <translation>正在下载模型中属于它的部分：{done}，共 {total}。</translation>
        </message>
        <message>
            <source>Downloading its part of the model.</source>
            <translation>正在下载模型中属于它的部分。</translation>
        </message>
        <message>
            <source>All is trained; the computers put together what they learned.</source>
            <translation>全部训练完毕；各台电脑正在汇总所学。</translation>
        </message>
        <message>
            <source>Waiting until enough other computers are there.</source>
            <translation>等待足够多的其他电脑加入。</translation>
        </message>
        <message>
            <source>Saving its work.</source>
            <translation>正在保存工作。</translation>
        </message>
        <message>
            <source>Handing over, to start anew.</source>
            <translation>正在交接，以便重新开始。</translation>
        </message>
        <message>
            <source>Starting.</source>
            <translation>正在启动。</translation>
        </message>
        <message>
            <source>Outside your hours: no hours are set.</source>
            <translation>不在你的时段内：没有设置时段。</translation>
        </message>
        <message>
            <source>Outside your hours.</source>
            <translation>不在你的时段内。</translation>
        </message>
        <message>
            <source>Not tonight, as you asked: off until {time}.</source>
            <translation>今晚不训练，按你的要求：关闭到 {time}。</translation>
        </message>
        <message>
            <source>A day off: no training until {time}.</source>
            <translation>休息日：{time} 之前不训练。</translation>
        </message>
        <message>
            <source>Too late to begin in these hours; the next begin at {time}.</source>
            <translation>太晚，来不及在这些时段开始；下一个时段从 {time} 开始。</translation>
        </message>
        <message>
            <source>Outside your hours until {time}.</source>
            <translation>不在你的时段内，直到 {time}。</translation>
        </message>
        <message>
            <source>Waiting: can't tell about “{gate}”, which you asked to watch.</source>
            <translation>等待中：无法判断你要求留意的“{gate}”。</translation>
        </message>
        <message>
            <source>Waiting for cheaper electricity{until}.</source>
            <translation>等待电价降低{until}。</translation>
        </message>
        <message>
            <source>Choose a network to train with first.</source>
            <translation>请先选择用于训练的网络。</translation>
        </message>
        <message>
            <source>Waiting: this computer is going to sleep.</source>
            <translation>等待中：这台电脑即将休眠。</translation>
        </message>
        <message>
            <source>Waiting: this version is too old, please update.</source>
            <translation>等待中：这个版本太旧，请更新。</translation>
        </message>
        <message>
            <source>Waiting until this computer is plugged in.</source>
            <translation>等待这台电脑接通电源。</translation>
        </message>
        <message>
            <source>Waiting until the battery is charged.</source>
            <translation>等待电池充电。</translation>
        </message>
        <message>
            <source>Waiting: this computer is saving energy.</source>
            <translation>等待中：这台电脑在节能。</translation>
        </message>
        <message>
            <source>Waiting: this network is paid by volume.</source>
            <translation>等待中：这个网络按流量计费。</translation>
        </message>
        <message>
            <source>Waiting: this month's data allowance is used up.</source>
            <translation>等待中：本月流量已用完。</translation>
        </message>
        <message>
            <source>Waiting while a program of yours needs the computer.</source>
            <translation>等待中：你的某个程序需要电脑。</translation>
        </message>
        <message>
            <source>Waiting while something fills the screen.</source>
            <translation>等待中：有内容占满屏幕。</translation>
        </message>
        <message>
            <source>Waiting while somebody else uses this computer.</source>
            <translation>有其他人在使用这台电脑，等待中。</translation>
        </message>
        <message>
            <source>Waiting until you have stopped using the computer.</source>
            <translation>等待你停止使用电脑。</translation>
        </message>
        <message>
            <source>Waiting until the computer has cooled down.</source>
            <translation>等待电脑降温。</translation>
        </message>
        <message>
            <source>Waiting until the graphics card has cooled down.</source>
            <translation>等待显卡降温。</translation>
        </message>
        <message>
            <source>Waiting until the fans are quieter.</source>
            <translation>等待风扇安静下来。</translation>
        </message>
        <message>
            <source>Waiting until enough memory is free.</source>
            <translation>等待足够的空闲内存。</translation>
        </message>
        <message>
            <source>Waiting until enough disk space is free.</source>
            <translation>等待足够的空闲磁盘空间。</translation>
        </message>
        <message>
            <source>Waiting until the network can be reached.</source>
            <translation>等待网络可以连接。</translation>
        </message>
        <message>
            <source>({now} now, {limit} wanted)</source>
            <translation>（现在 {now}，要求 {limit}）</translation>
        </message>
        <message>
            <source>({now} °C now, {limit} °C at most)</source>
            <translation>（现在 {now} °C，最高 {limit} °C）</translation>
        </message>
        <message>
            <source>({now} for a kWh now, {limit} at most)</source>
            <translation>（现在每千瓦时 {now}，最多 {limit}）</translation>
        </message>
        <message>
            <source>({now} rpm now, {limit} rpm at most)</source>
            <translation>（现在 {now} 转/分，最多 {limit} 转/分）</translation>
        </message>
        <message>
            <source>({now} free, {limit} wanted)</source>
            <translation>（空闲 {now}，要求 {limit}）</translation>
        </message>
        <message>
            <source> until {time}</source>
            <translation>，直到 {time}</translation>
        </message>
    </context>
    <context>
        <name>app.platforms.bittensor_wallets</name>
        <message>
            <source>The hotkey “{hotkey}” of the wallet “{wallet}” is not there any more.</source>
            <translation>钱包“{wallet}”的 hotkey“{hotkey}”已不在了。</translation>
        </message>
        <message>
            <source>Choose another key for this computer.</source>
            <translation>请为这台电脑选择另一个密钥。</translation>
        </message>
        <message>
            <source>The wallet folder {folder} can't be read: {problem}.</source>
            <translation>无法读取钱包文件夹 {folder}：{problem}。</translation>
        </message>
        <message>
            <source>The hotkey “{name}” can't be read: {problem}.</source>
            <translation>无法读取 hotkey“{name}”：{problem}。</translation>
        </message>
        <message>
            <source>The hotkey “{name}” of the wallet “{wallet}” needs a password, which this app doesn't ask for.</source>
            <translation>钱包“{wallet}”的 hotkey“{name}”需要密码，而这个应用不会询问密码。</translation>
        </message>
        <message>
            <source>Choose one without a password, or let the app make a key of its own.</source>
            <translation>请选择没有密码的，或让应用自己生成密钥。</translation>
        </message>
        <message>
            <source>The hotkey “{name}” of the wallet “{wallet}” is damaged.</source>
            <translation>钱包“{wallet}”的 hotkey“{name}”已损坏。</translation>
        </message>
    </context>
    <context>
        <name>app.platforms.installation</name>
        <message>
            <source>This installation is not whole.</source>
            <translation>这次安装不完整。</translation>
        </message>
    </context>
    <context>
        <name>app.platforms.instance_lock</name>
        <message>
            <source>{path} can't be locked: {problem}.</source>
            <translation>无法锁定 {path}：{problem}。</translation>
        </message>
        <message>
            <source>Choose another folder.</source>
            <translation>请选择另一个文件夹。</translation>
        </message>
    </context>
    <context>
        <name>app.platforms.kept_work</name>
        <message>
            <source>{path} can't be removed: {problem}.</source>
            <translation>无法移除 {path}：{problem}。</translation>
        </message>
        <message>
            <source>Remove it by hand, or try again.</source>
            <translation>请手动移除，或再试一次。</translation>
        </message>
    </context>
    <context>
        <name>app.platforms.launch</name>
        <message>
            <source>Check who may write there.</source>
            <translation>请检查谁可以在那里写入。</translation>
        </message>
    </context>
    <context>
        <name>app.platforms.linux.autostart</name>
        <message>
            <source>systemd did not take the start with your session.</source>
            <translation>systemd 没有接受随登录启动。</translation>
        </message>
        <message>
            <source>systemctl --user status may say why.</source>
            <translation>systemctl --user status 也许会说明原因。</translation>
        </message>
        <message>
            <source>The app starts when you log in, and ends when you log out.</source>
            <translation>应用在你登录时启动，在你注销时结束。</translation>
        </message>
        <message>
            <source>To let it go on, an administrator can run: loginctl enable-linger {name}</source>
            <translation>若要让它继续运行，管理员可执行：loginctl enable-linger {name}</translation>
        </message>
    </context>
    <context>
        <name>app.platforms.linux.logind</name>
        <message>
            <source>Saving its work</source>
            <translation>正在保存工作</translation>
        </message>
    </context>
    <context>
        <name>app.platforms.linux.sysfs</name>
        <message>
            <source>the routing table</source>
            <translation>路由表</translation>
        </message>
    </context>
    <context>
        <name>app.platforms.linux.x_server</name>
        <message>
            <source>the X server</source>
            <translation>X 服务器</translation>
        </message>
    </context>
    <context>
        <name>app.platforms.portable</name>
        <message>
            <source>the system</source>
            <translation>系统</translation>
        </message>
    </context>
    <context>
        <name>app.platforms.pretend</name>
        <message>
            <source>This system did not take it.</source>
            <translation>这个系统没有接受。</translation>
        </message>
    </context>
    <context>
        <name>app.platforms.windows.task_scheduler</name>
        <message>
            <source>Free some disk space.</source>
            <translation>请腾出一些磁盘空间。</translation>
        </message>
        <message>
            <source>Windows did not take the start with your session.</source>
            <translation>Windows 没有接受随登录启动。</translation>
        </message>
        <message>
            <source>Its Task Scheduler may say why.</source>
            <translation>它的任务计划程序也许会说明原因。</translation>
        </message>
        <message>
            <source>Windows did not remove the start with your session.</source>
            <translation>Windows 没有移除随登录启动。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.activity.window</name>
        <message>
            <source>What it did — Train at Home</source>
            <translation>活动记录 — Train at Home</translation>
        </message>
        <message>
            <source>Choose a part of a day with the mouse or the arrow keys to read what happened then.</source>
            <translation>用鼠标或方向键选择一天中的一段，查看当时发生了什么。</translation>
        </message>
        <message>
            <source>Did it run last night?</source>
            <translation>昨晚运行了吗？</translation>
        </message>
        <message>
            <source>Day by day</source>
            <translation>逐日</translation>
        </message>
        <message>
            <source>Earlier days</source>
            <translation>更早的日子</translation>
        </message>
        <message>
            <source>Show the last thirty days</source>
            <translation>显示过去三十天</translation>
        </message>
        <message>
            <source>Show which parts of the days</source>
            <translation>显示每天的哪些部分</translation>
        </message>
        <message>
            <source>{day}, {sentence}</source>
            <translation>{day}，{sentence}</translation>
        </message>
        <message numerus="yes">
            <source>{count} parts of these days are of that kind.</source>
            <extracomment>For one: {count} part of these days is of that kind.</extracomment>
            <translation>
                <numerusform>这些天里有 {count} 段属于这一类。</numerusform>
            </translation>
        </message>
        <message>
            <source>Nothing in these days is of that kind.</source>
            <translation>这些天里没有这一类。</translation>
        </message>
        <message>
            <source>Everything</source>
            <translation>全部</translation>
        </message>
        <message>
            <source>Waiting and held back</source>
            <translation>等待与受阻</translation>
        </message>
        <message>
            <source>Troubles</source>
            <translation>问题</translation>
        </message>
        <message>
            <source>gently</source>
            <translation>轻度</translation>
        </message>
        <message>
            <source>waited or downloaded</source>
            <translation>等待或下载</translation>
        </message>
        <message>
            <source>held back</source>
            <translation>被阻止</translation>
        </message>
        <message>
            <source>error</source>
            <translation>错误</translation>
        </message>
        <message>
            <source>computer slept</source>
            <translation>电脑休眠</translation>
        </message>
        <message>
            <source>app did not run</source>
            <translation>应用没有运行</translation>
        </message>
    </context>
    <context>
        <name>app.ui.application</name>
        <message>
            <source>Train at Home</source>
            <translation>Train at Home</translation>
        </message>
    </context>
    <context>
        <name>app.ui.background</name>
        <message>
            <source>That did not work. The log says more.</source>
            <translation>没有成功。日志中有更多信息。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.bridge</name>
        <message>
            <source>That did not work.</source>
            <translation>没有成功。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.choices</name>
        <message>
            <source>Finish, then off</source>
            <translation>完成后关闭</translation>
        </message>
        <message>
            <source>Back to my hours</source>
            <translation>回到我的时段</translation>
        </message>
        <message>
            <source>Tonight after all</source>
            <translation>今晚还是训练</translation>
        </message>
        <message>
            <source>Not tonight</source>
            <translation>今晚不训练</translation>
        </message>
        <message>
            <source>Not today</source>
            <translation>今天不训练</translation>
        </message>
        <message>
            <source>Not {time}</source>
            <translation>{time} 不训练</translation>
        </message>
        <message>
            <source>Resume, until {time}</source>
            <translation>恢复，直到 {time}</translation>
        </message>
        <message>
            <source>Resume</source>
            <translation>恢复</translation>
        </message>
        <message>
            <source>Until tomorrow morning, {time}</source>
            <translation>到明天早上，{time}</translation>
        </message>
        <message>
            <source>Until the morning, {time}</source>
            <translation>到早上，{time}</translation>
        </message>
        <message>
            <source>For 15 minutes, until {time}</source>
            <translation>15 分钟，到 {time}</translation>
        </message>
        <message>
            <source>For 1 hour, until {time}</source>
            <translation>1 小时，到 {time}</translation>
        </message>
        <message>
            <source>Until I resume</source>
            <translation>直到我恢复</translation>
        </message>
        <message>
            <source>For 4 hours, until {time}</source>
            <translation>4 小时，到 {time}</translation>
        </message>
        <message>
            <source>Until {time}</source>
            <translation>到 {time}</translation>
        </message>
        <message>
            <source>Until I stop it</source>
            <translation>直到我停止</translation>
        </message>
    </context>
    <context>
        <name>app.ui.computer.panel</name>
        <message>
            <source>Looking…</source>
            <translation>正在查看…</translation>
        </message>
    </context>
    <context>
        <name>app.ui.computer.window</name>
        <message>
            <source>This computer — Train at Home</source>
            <translation>这台电脑 — Train at Home</translation>
        </message>
        <message>
            <source>This computer</source>
            <translation>这台电脑</translation>
        </message>
    </context>
    <context>
        <name>app.ui.computer.work_cards</name>
        <message>
            <source>Training engine</source>
            <translation>训练引擎</translation>
        </message>
        <message>
            <source>Progress of the download</source>
            <translation>下载进度</translation>
        </message>
        <message>
            <source>Fetch it</source>
            <translation>获取</translation>
        </message>
        <message>
            <source>Download what is needed for training</source>
            <translation>下载训练所需的内容</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>停止</translation>
        </message>
        <message>
            <source>Stop the download; what came is kept</source>
            <translation>停止下载；已下载的部分会保留</translation>
        </message>
        <message>
            <source>Ask again</source>
            <translation>再次查询</translation>
        </message>
        <message>
            <source>Ask once more whether there is an engine to fetch</source>
            <translation>再次查询是否有训练引擎可以获取</translation>
        </message>
        <message>
            <source>Stopping…</source>
            <translation>正在停止…</translation>
        </message>
        <message>
            <source>Asking…</source>
            <translation>正在查询…</translation>
        </message>
        <message>
            <source>Training needs an engine that is not here yet.</source>
            <translation>训练需要的引擎还不在这里。</translation>
        </message>
        <message>
            <source>The training engine is on its way. You can go on meanwhile.</source>
            <translation>训练引擎正在下载。你可以继续。</translation>
        </message>
        <message>
            <source>How fast it trains</source>
            <translation>训练速度</translation>
        </message>
        <message>
            <source>Internet line</source>
            <translation>互联网线路</translation>
        </message>
        <message>
            <source>Progress of the measurement</source>
            <translation>测量进度</translation>
        </message>
        <message>
            <source>Measure</source>
            <translation>测量</translation>
        </message>
        <message>
            <source>Train a small test part for some seconds</source>
            <translation>训练一个小测试部分几秒钟</translation>
        </message>
        <message>
            <source>Stop the measurement</source>
            <translation>停止测量</translation>
        </message>
        <message>
            <source>Measure again</source>
            <translation>再测一次</translation>
        </message>
        <message>
            <source>If you like, it trains a small test part for {seconds} seconds and tells you what to expect. The computer may get warm and loud meanwhile.</source>
            <translation>如果你愿意，它会训练一个小测试部分 {seconds} 秒钟，并告诉你预计的结果。期间电脑可能会变热、变吵。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.earnings.cards</name>
        <message>
            <source>Earned over time</source>
            <translation>收益走势</translation>
        </message>
        <message>
            <source>Prices…</source>
            <translation>价格…</translation>
        </message>
        <message>
            <source>Electricity, the value of TAO, and power</source>
            <translation>电费、TAO 的价值和功率</translation>
        </message>
        <message>
            <source>{credit} of checked work</source>
            <translation>已核对的工作 {credit}</translation>
        </message>
        <message>
            <source>{money} earned</source>
            <translation>赚取 {money}</translation>
        </message>
        <message>
            <source>{time} of training</source>
            <translation>训练 {time}</translation>
        </message>
        <message>
            <source>electricity {cost}</source>
            <translation>电费 {cost}</translation>
        </message>
        <message>
            <source>net {net}</source>
            <translation>净收益 {net}</translation>
        </message>
        <message>
            <source>The last 7 days</source>
            <translation>最近 7 天</translation>
        </message>
        <message>
            <source>The last 30 days</source>
            <translation>最近 30 天</translation>
        </message>
        <message>
            <source>In total</source>
            <translation>总计</translation>
        </message>
        <message>
            <source>No checked work in this time.</source>
            <translation>这段时间没有已核对的工作。</translation>
        </message>
        <message>
            <source>This can't be shown in {unit}: its price is unknown.</source>
            <translation>无法以{unit}显示：价格未知。</translation>
        </message>
        <message>
            <source>Nothing was credited in this time.</source>
            <translation>这段时间没有入账。</translation>
        </message>
        <message>
            <source>Where it is</source>
            <translation>钱在哪里</translation>
        </message>
        <message>
            <source>Credited</source>
            <translation>已入账</translation>
        </message>
        <message>
            <source>Paid</source>
            <translation>已支付</translation>
        </message>
        <message>
            <source>Pending</source>
            <translation>待支付</translation>
        </message>
        <message>
            <source>Held</source>
            <translation>暂扣</translation>
        </message>
        <message>
            <source>Why is this zero?</source>
            <translation>为什么是零？</translation>
        </message>
        <message>
            <source>Payout address…</source>
            <translation>收款地址…</translation>
        </message>
        <message>
            <source>Say where earnings go</source>
            <translation>设置收益付到哪里</translation>
        </message>
        <message>
            <source>Good to know</source>
            <translation>值得了解</translation>
        </message>
        <message>
            <source>Three books</source>
            <translation>三本账</translation>
        </message>
        <message>
            <source>This computer counted</source>
            <translation>这台电脑的统计</translation>
        </message>
        <message>
            <source>The network's ledger says</source>
            <translation>网络账本显示</translation>
        </message>
        <message>
            <source>The chain shows</source>
            <translation>链上显示</translation>
        </message>
        <message>
            <source>Ask the ledger and the chain now</source>
            <translation>现在查询账本和链</translation>
        </message>
        <message>
            <source>Sessions</source>
            <translation>各次训练</translation>
        </message>
        <message>
            <source>Save as a table (CSV)…</source>
            <translation>保存为表格（CSV）…</translation>
        </message>
        <message>
            <source>Payouts</source>
            <translation>付款</translation>
        </message>
        <message>
            <source>Nothing was paid out yet.</source>
            <translation>还没有付款。</translation>
        </message>
        <message>
            <source>Changes of the payout address</source>
            <translation>收款地址的更改</translation>
        </message>
        <message>
            <source>none</source>
            <translation>无</translation>
        </message>
        <message>
            <source>{when}: payout address changed from {old} to {new}</source>
            <translation>{when}：收款地址从 {old} 改为 {new}</translation>
        </message>
        <message>
            <source>{credit} of checked work in {time}.</source>
            <translation>{time} 内已核对的工作 {credit}。</translation>
        </message>
        <message>
            <source>Tonight's part of it should be worth about {money}, at the rate so far.</source>
            <translation>按目前的比率，今晚的部分大约值 {money}。</translation>
        </message>
        <message>
            <source>Nothing yet.</source>
            <translation>还没有。</translation>
        </message>
        <message>
            <source>{credited} credited, {paid} paid, told {age}.</source>
            <translation>已入账 {credited}，已支付 {paid}，{age}告知。</translation>
        </message>
        <message>
            <source>Nothing: there is no payout address.</source>
            <translation>没有：没有收款地址。</translation>
        </message>
        <message>
            <source>Not asked yet.</source>
            <translation>尚未查询。</translation>
        </message>
        <message>
            <source>It could not be asked.</source>
            <translation>无法查询。</translation>
        </message>
        <message>
            <source>Your address holds {balance}, whoever sent it (block {block}, {age}).</source>
            <translation>你的地址有 {balance}，不论来自何人（区块 {block}，{age}）。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.earnings.chart</name>
        <message>
            <source>{total} in all; the most: {best}.</source>
            <translation>合计 {total}；最高：{best}。</translation>
        </message>
        <message>
            <source>Paid, pending and held as parts of the whole</source>
            <translation>已支付、待支付和暂扣各占的份额</translation>
        </message>
    </context>
    <context>
        <name>app.ui.earnings.payouts</name>
        <message>
            <source>When</source>
            <translation>时间</translation>
        </message>
        <message>
            <source>Amount</source>
            <translation>金额</translation>
        </message>
        <message>
            <source>State</source>
            <translation>状态</translation>
        </message>
        <message>
            <source>Transaction</source>
            <translation>交易</translation>
        </message>
        <message>
            <source>Copy transaction</source>
            <translation>复制交易编号</translation>
        </message>
        <message>
            <source>The chosen transaction's full number</source>
            <translation>所选交易的完整编号</translation>
        </message>
        <message>
            <source>Save the payouts (CSV)…</source>
            <translation>保存付款记录 (CSV)…</translation>
        </message>
        <message>
            <source>Look up on {site}</source>
            <translation>在 {site} 上查看</translation>
        </message>
        <message>
            <source>The network told too little of the chosen payout to find it there</source>
            <translation>网络告知的所选付款信息太少，无法在那里找到它</translation>
        </message>
        <message>
            <source>on its way</source>
            <translation>在途</translation>
        </message>
        <message>
            <source>held: {reason}</source>
            <translation>暂扣：{reason}</translation>
        </message>
        <message>
            <source>{transaction} in block {block}</source>
            <translation>{transaction}，位于区块 {block}</translation>
        </message>
    </context>
    <context>
        <name>app.ui.earnings.prices</name>
        <message>
            <source>Prices</source>
            <translation>价格</translation>
        </message>
        <message>
            <source>What things cost</source>
            <translation>各项费用</translation>
        </message>
        <message>
            <source>Currency</source>
            <translation>货币</translation>
        </message>
        <message>
            <source>One TAO is worth</source>
            <translation>一个 TAO 值</translation>
        </message>
        <message>
            <source>Value of TAO</source>
            <translation>TAO 的价值</translation>
        </message>
        <message>
            <source>While training this computer draws</source>
            <translation>训练时这台电脑耗电</translation>
        </message>
        <message>
            <source>W</source>
            <translation>W</translation>
        </message>
        <message>
            <source>Power draw</source>
            <translation>功耗</translation>
        </message>
        <message>
            <source>Electricity</source>
            <translation>电费</translation>
        </message>
        <message>
            <source>I don't know</source>
            <translation>我不知道</translation>
        </message>
        <message>
            <source>One price at all hours</source>
            <translation>全天统一价格</translation>
        </message>
        <message>
            <source>A price for each hour</source>
            <translation>每小时一个价格</translation>
        </message>
        <message>
            <source>Price of a kilowatt hour</source>
            <translation>每千瓦时的价格</translation>
        </message>
        <message>
            <source>A kilowatt hour costs</source>
            <translation>每千瓦时</translation>
        </message>
        <message>
            <source>Price of a kilowatt hour from {hour:02}:00</source>
            <translation>{hour:02}:00 起每千瓦时的价格</translation>
        </message>
        <message>
            <source>This app asks no web service for prices. What α costs in TAO it reads from the network's own pool on the chain; what TAO is worth in money you can type in. Without it amounts stay in α and TAO.</source>
            <translation>这个应用不向任何网站查询价格。α 值多少 TAO，它从网络自己的链上资金池读取；TAO 值多少钱，可以由你输入。不输入时金额以 α 和 TAO 显示。</translation>
        </message>
        <message>
            <source>Best read off a meter at the socket: the difference between training and resting. Without it the app measures where it can, and estimates where it can't.</source>
            <translation>最好从插座电表读取：训练与闲置之差。没有电表时，应用能测则测，不能测则估计。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.earnings.tables</name>
        <message>
            <source>Began</source>
            <translation>开始</translation>
        </message>
        <message>
            <source>Ended</source>
            <translation>结束</translation>
        </message>
        <message>
            <source>Trained</source>
            <translation>训练时长</translation>
        </message>
        <message>
            <source>Time in which this computer really trained</source>
            <translation>这台电脑真正训练的时间</translation>
        </message>
        <message>
            <source>Tokens</source>
            <translation>词元</translation>
        </message>
        <message>
            <source>Pieces of text worked through</source>
            <translation>处理过的文本片段</translation>
        </message>
        <message>
            <source>Credit</source>
            <translation>入账</translation>
        </message>
        <message>
            <source>Work that others confirmed</source>
            <translation>得到其他电脑确认的工作</translation>
        </message>
        <message>
            <source>Energy</source>
            <translation>能耗</translation>
        </message>
        <message>
            <source>Measured where this computer can, else estimated (≈)</source>
            <translation>能测则测，否则估计（≈）</translation>
        </message>
        <message>
            <source>What that energy cost at your price</source>
            <translation>按你的电价，这些电花了多少</translation>
        </message>
        <message>
            <source>Earned</source>
            <translation>赚取</translation>
        </message>
        <message>
            <source>Credited between its beginning and the next one's</source>
            <translation>这次开始到下次开始之间的入账</translation>
        </message>
        <message>
            <source>Net</source>
            <translation>净额</translation>
        </message>
        <message>
            <source>Earned less electricity; only where both are known in money</source>
            <translation>收益减去电费；仅在两者都有货币金额时显示</translation>
        </message>
        <message>
            <source>unknown</source>
            <translation>未知</translation>
        </message>
        <message>
            <source>{kwh} kWh</source>
            <translation>{kwh} kWh</translation>
        </message>
        <message>
            <source>{wh} Wh</source>
            <translation>{wh} Wh</translation>
        </message>
        <message>
            <source>{hours} h {minutes:02} min</source>
            <translation>{hours} 小时 {minutes:02} 分</translation>
        </message>
    </context>
    <context>
        <name>app.ui.earnings.window</name>
        <message>
            <source>Earnings — Train at Home</source>
            <translation>收益 — Train at Home</translation>
        </message>
        <message>
            <source>7 days</source>
            <translation>7 天</translation>
        </message>
        <message>
            <source>30 days</source>
            <translation>30 天</translation>
        </message>
        <message>
            <source>Total</source>
            <translation>总计</translation>
        </message>
        <message>
            <source>Show amounts in</source>
            <translation>金额显示为</translation>
        </message>
        <message>
            <source>Hide money</source>
            <translation>隐藏金额</translation>
        </message>
        <message>
            <source>Amounts are shown nowhere: not here, not in the tray</source>
            <translation>任何地方都不显示金额：这里不显示，托盘也不显示</translation>
        </message>
        <message>
            <source>The transaction is copied.</source>
            <translation>已复制交易编号。</translation>
        </message>
        <message>
            <source>Saved as {path}.</source>
            <translation>已保存为 {path}。</translation>
        </message>
        <message>
            <source>train-at-home-sessions</source>
            <translation>train-at-home-训练记录</translation>
        </message>
        <message>
            <source>Save the sessions</source>
            <translation>保存各次训练</translation>
        </message>
        <message>
            <source>train-at-home-payouts</source>
            <translation>train-at-home-payouts</translation>
        </message>
        <message>
            <source>Save the payouts</source>
            <translation>保存付款记录</translation>
        </message>
        <message>
            <source>Your browser could not be opened. The page is {address}</source>
            <translation>无法打开你的浏览器。页面是 {address}</translation>
        </message>
    </context>
    <context>
        <name>app.ui.example.band</name>
        <message>
            <source>Example, nothing of this is real.</source>
            <translation>示例，这里的内容都不是真的。</translation>
        </message>
        <message>
            <source>Set up</source>
            <translation>设置</translation>
        </message>
        <message>
            <source>Leave the example and choose where this computer trains</source>
            <translation>离开示例，选择这台电脑在哪里训练</translation>
        </message>
        <message>
            <source>Example: {window}</source>
            <translation>示例：{window}</translation>
        </message>
    </context>
    <context>
        <name>app.ui.example.tour</name>
        <message>
            <source>Not in the example</source>
            <translation>示例中不可用</translation>
        </message>
    </context>
    <context>
        <name>app.ui.failed_start</name>
        <message>
            <source>Train at Home could not start</source>
            <translation>Train at Home 无法启动</translation>
        </message>
    </context>
    <context>
        <name>app.ui.first_visit.computer_page</name>
        <message>
            <source>What this computer can do</source>
            <translation>这台电脑能做什么</translation>
        </message>
        <message>
            <source>You can go on at any time.</source>
            <translation>你随时可以继续。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.first_visit.dialog</name>
        <message>
            <source>Welcome to Train at Home</source>
            <translation>欢迎使用 Train at Home</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>上一步</translation>
        </message>
        <message>
            <source>Next</source>
            <translation>下一步</translation>
        </message>
        <message>
            <source>Just look</source>
            <translation>先看看</translation>
        </message>
        <message>
            <source>See the app with an example in it; nothing starts</source>
            <translation>用示例看看应用；不会启动任何内容</translation>
        </message>
        <message>
            <source>Step {step} of {steps}</source>
            <translation>第 {step} 步，共 {steps} 步</translation>
        </message>
        <message>
            <source>Begin</source>
            <translation>开始</translation>
        </message>
        <message>
            <source>With what you have chosen here so far.</source>
            <translation>按你目前在这里的选择。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.first_visit.pages</name>
        <message>
            <source>Your computer helps to teach a language model, a program that learns to write by reading a great deal of text. It works only when you allow it, and you can stop it at any time.</source>
            <translation>你的电脑帮助训练一个语言模型，也就是一个通过阅读大量文字学会写作的程序。它只在你允许时工作，你随时可以让它停止。</translation>
        </message>
        <message>
            <source>Lend this computer's idle hours</source>
            <translation>借出这台电脑的空闲时间</translation>
        </message>
        <message>
            <source>A small model learns here, and nothing leaves your computer. You see everything work, without pay.</source>
            <translation>一个小模型在这里学习，没有任何内容离开你的电脑。你能看到一切如何运作，但没有报酬。</translation>
        </message>
        <message>
            <source>Join {title}</source>
            <translation>加入 {title}</translation>
        </message>
        <message>
            <source>Teach a large model together with others, and be paid for checked work.</source>
            <translation>与他人一起训练一个大模型，已核对的工作会得到报酬。</translation>
        </message>
        <message>
            <source>Join a network</source>
            <translation>加入网络</translation>
        </message>
        <message>
            <source>None is open to everybody yet. If you were given the address of one, choose this and enter it.</source>
            <translation>目前还没有对所有人开放的网络。如果有人给了你网络的地址，请选择此项并输入它。</translation>
        </message>
        <message>
            <source>Advanced</source>
            <translation>高级</translation>
        </message>
        <message>
            <source>Join a network by its address</source>
            <translation>按地址加入网络</translation>
        </message>
        <message>
            <source>Who learns what</source>
            <translation>谁会知道什么</translation>
        </message>
        <message>
            <source>Read what leaves this computer, and to whom</source>
            <translation>查看哪些内容会离开这台电脑、发给谁</translation>
        </message>
        <message>
            <source>Address of a network</source>
            <translation>网络的地址</translation>
        </message>
        <message>
            <source>A link invited you to {network}. Nothing changes before you have seen all steps and pressed Begin.</source>
            <translation>一个链接邀请你加入 {network}。在你看完所有步骤并点击“开始”之前，什么都不会改变。</translation>
        </message>
        <message>
            <source>Computers that train together talk to each other directly and see each other's internet address.</source>
            <translation>一起训练的电脑会直接通信，并能看到彼此的互联网地址。</translation>
        </message>
        <message>
            <source>Slower: everything takes the way over that store. It sends and receives more, and earns less.</source>
            <translation>更慢：一切都绕经该存储。收发流量更多，收益更少。</translation>
        </message>
        <message>
            <source>Meet others only through the network's store</source>
            <translation>只通过网络的存储与他人交换</translation>
        </message>
        <message>
            <source>It never asks for secret words or keys.</source>
            <translation>它绝不索要助记词或密钥。</translation>
        </message>
        <message>
            <source>It never starts by itself outside your hours.</source>
            <translation>它绝不会在你的时段之外自行开始。</translation>
        </message>
        <message>
            <source>It does not work on battery, unless you allow it.</source>
            <translation>除非你允许，它不会在使用电池时工作。</translation>
        </message>
        <message>
            <source>When may it work?</source>
            <translation>什么时候可以工作？</translation>
        </message>
        <message>
            <source>Outside these hours your computer is yours alone.</source>
            <translation>在这些时段之外，电脑完全属于你。</translation>
        </message>
        <message>
            <source>Closing the lid lets this computer sleep all the same.</source>
            <translation>合上盖子仍会让这台电脑睡眠。</translation>
        </message>
        <message>
            <source>Ready</source>
            <translation>准备就绪</translation>
        </message>
        <message>
            <source>You can change all of this at any time.</source>
            <translation>这些都可以随时更改。</translation>
        </message>
        <message>
            <source>Start right away, for one hour, to see it work</source>
            <translation>马上开始，运行一小时，看看它如何工作</translation>
        </message>
        <message>
            <source>Start with my session</source>
            <translation>随我的会话启动</translation>
        </message>
        <message>
            <source>The app then starts by itself whenever you log in.</source>
            <translation>之后每次登录时应用都会自动启动。</translation>
        </message>
        <message>
            <source>It pauses by itself on battery, when memory or disk run low, and when the computer gets too hot.</source>
            <translation>使用电池、内存或磁盘不足、电脑过热时，它会自动暂停。</translation>
        </message>
        <message>
            <source>When you close the window, the app goes on; its icon in your system's bar opens it again.</source>
            <translation>关闭窗口后应用会继续运行；点击系统状态栏中的图标可再次打开。</translation>
        </message>
        <message>
            <source>Where</source>
            <translation>地点</translation>
        </message>
        <message>
            <source>kept until you add an address</source>
            <translation>在你添加地址之前保留</translation>
        </message>
        <message>
            <source>not this computer's internet address: all goes through the network's store</source>
            <translation>看不到这台电脑的互联网地址：一切都经由网络的存储</translation>
        </message>
        <message>
            <source>this computer's internet address</source>
            <translation>这台电脑的互联网地址</translation>
        </message>
        <message>
            <source>Earnings go to</source>
            <translation>收益付到</translation>
        </message>
        <message>
            <source>The others see</source>
            <translation>其他人能看到</translation>
        </message>
        <message>
            <source>The address as you were given it. Only join a network that you trust.</source>
            <translation>请输入你得到的地址。只加入你信任的网络。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.first_visit.payout_page</name>
        <message>
            <source>Where should earnings go?</source>
            <translation>收益付到哪里？</translation>
        </message>
        <message>
            <source>You can leave this empty.</source>
            <translation>可以留空。</translation>
        </message>
        <message>
            <source>How do I get one?</source>
            <translation>怎样得到一个？</translation>
        </message>
        <message>
            <source>Make a wallet outside this app</source>
            <translation>在这个应用之外创建钱包</translation>
        </message>
        <message>
            <source>Set already</source>
            <translation>已设置</translation>
        </message>
        <message>
            <source>It stays as it is, unless you change it and confirm the new one.</source>
            <translation>除非你更改并确认新地址，否则保持不变。</translation>
        </message>
        <message>
            <source>Change</source>
            <translation>更改</translation>
        </message>
        <message>
            <source>Change where earnings go</source>
            <translation>更改收益付到哪里</translation>
        </message>
        <message>
            <source>Change: {what}</source>
            <translation>更改：{what}</translation>
        </message>
        <message>
            <source>Payout address</source>
            <translation>收款地址</translation>
        </message>
    </context>
    <context>
        <name>app.ui.home.chart_cards</name>
        <message>
            <source>Loss over time</source>
            <translation>损失走势</translation>
        </message>
        <message>
            <source>The curve begins with the first steps.</source>
            <translation>训练最初几步后曲线开始出现。</translation>
        </message>
        <message>
            <source>How wrong its guesses are: lower is better. Dots: on new text.</source>
            <translation>它猜错的程度：越低越好。圆点：新文本。</translation>
        </message>
        <message>
            <source>Loss</source>
            <translation>损失</translation>
        </message>
        <message>
            <source>Speed over time</source>
            <translation>速度走势</translation>
        </message>
        <message>
            <source>Pieces of text (tokens) per second that this computer works through.</source>
            <translation>这台电脑每秒处理的文本片段（词元）。</translation>
        </message>
        <message>
            <source>Speed</source>
            <translation>速度</translation>
        </message>
        <message>
            <source>{speed}/s</source>
            <translation>{speed}/秒</translation>
        </message>
        <message>
            <source>{speed} tokens per second now.</source>
            <translation>现在每秒 {speed} 词元。</translation>
        </message>
        <message>
            <source>Loss {last} now, {first} at the beginning of the curve.</source>
            <translation>现在损失 {last}，曲线开始时 {first}。</translation>
        </message>
        <message>
            <source>{loss} on text it never saw.</source>
            <translation>在从未见过的文本上为 {loss}。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.home.earnings_card</name>
        <message>
            <source>Earnings</source>
            <translation>收益</translation>
        </message>
        <message>
            <source>Add a payout address</source>
            <translation>添加收款地址</translation>
        </message>
        <message>
            <source>Credited in total</source>
            <translation>累计入账</translation>
        </message>
        <message>
            <source>Paid out</source>
            <translation>已支付</translation>
        </message>
        <message>
            <source>Still to be paid</source>
            <translation>尚待支付</translation>
        </message>
        <message>
            <source>All earnings…</source>
            <translation>全部收益…</translation>
        </message>
        <message>
            <source>By day and session, with payouts</source>
            <translation>按日和按次查看，含付款</translation>
        </message>
        <message>
            <source>{credit} tonight</source>
            <translation>今晚 {credit}</translation>
        </message>
        <message>
            <source>{money} tonight</source>
            <translation>今晚 {money}</translation>
        </message>
        <message>
            <source>for {credit} of checked work</source>
            <translation>对应已核对的工作 {credit}</translation>
        </message>
        <message>
            <source>{credit} of work credited tonight</source>
            <translation>今晚入账的工作 {credit}</translation>
        </message>
        <message>
            <source>No payout address yet. What you earn is kept for you until you add one.</source>
            <translation>还没有收款地址。在你添加之前，你的收益会为你保留。</translation>
        </message>
        <message>
            <source>Nothing yet tonight. Work counts once another computer has confirmed it.</source>
            <translation>今晚还没有。其他电脑确认后，工作才算数。</translation>
        </message>
        <message>
            <source>Work becomes money when the network next settles its accounts.</source>
            <translation>网络下次结算时，工作会变成钱。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.home.reasons_card</name>
        <message>
            <source>Conditions</source>
            <translation>条件</translation>
        </message>
        <message>
            <source>Why it is not training</source>
            <translation>为什么没有训练</translation>
        </message>
        <message>
            <source>All are met. Training stops by itself when one no longer is.</source>
            <translation>全部满足。任何一项不再满足时，训练会自动停止。</translation>
        </message>
        <message>
            <source>All are met until {time}. Training stops by itself when one no longer is.</source>
            <translation>全部满足，直到 {time}。任何一项不再满足时，训练会自动停止。</translation>
        </message>
        <message>
            <source>passed over, as you asked</source>
            <translation>按你的要求忽略</translation>
        </message>
        <message>
            <source>holds training back</source>
            <translation>阻止训练</translation>
        </message>
        <message>
            <source>worth knowing, and stops nothing</source>
            <translation>值得了解，不影响训练</translation>
        </message>
        <message>
            <source>met</source>
            <translation>满足</translation>
        </message>
    </context>
    <context>
        <name>app.ui.home.settings_card</name>
        <message>
            <source>Settings</source>
            <translation>设置</translation>
        </message>
        <message>
            <source>Hours</source>
            <translation>时段</translation>
        </message>
        <message>
            <source>Change the hours in which this computer may work</source>
            <translation>更改这台电脑可以工作的时段</translation>
        </message>
        <message>
            <source>Network</source>
            <translation>网络</translation>
        </message>
        <message>
            <source>Change where this computer trains</source>
            <translation>更改这台电脑在哪里训练</translation>
        </message>
        <message>
            <source>All settings…</source>
            <translation>所有设置…</translation>
        </message>
        <message>
            <source>Open the Settings window</source>
            <translation>打开“设置”窗口</translation>
        </message>
        <message>
            <source>This computer…</source>
            <translation>这台电脑…</translation>
        </message>
        <message>
            <source>See its devices, and measure how fast it trains</source>
            <translation>查看设备，测量训练速度</translation>
        </message>
        <message>
            <source>Logs and report</source>
            <translation>日志与报告</translation>
        </message>
        <message>
            <source>Read the log, or save a report for whoever helps you</source>
            <translation>阅读日志，或为帮助你的人保存报告</translation>
        </message>
        <message>
            <source>None yet</source>
            <translation>还没有</translation>
        </message>
        <message>
            <source>Not chosen yet</source>
            <translation>尚未选择</translation>
        </message>
        <message>
            <source>On this computer</source>
            <translation>在这台电脑上</translation>
        </message>
    </context>
    <context>
        <name>app.ui.home.status_card</name>
        <message>
            <source>Progress of the whole training</source>
            <translation>整个训练的进度</translation>
        </message>
        <message>
            <source>How this computer is doing</source>
            <translation>这台电脑的状况</translation>
        </message>
        <message>
            <source>Choose where this computer trains</source>
            <translation>选择这台电脑在哪里训练</translation>
        </message>
        <message>
            <source>Train by your hours and conditions again</source>
            <translation>重新按你的时段和条件训练</translation>
        </message>
        <message>
            <source>Start now</source>
            <translation>现在开始</translation>
        </message>
        <message>
            <source>Train although it is outside your hours</source>
            <translation>虽然不在你的时段内，仍然训练</translation>
        </message>
        <message>
            <source>Pause</source>
            <translation>暂停</translation>
        </message>
        <message>
            <source>Stop for a while; the work done so far is kept</source>
            <translation>暂停一会儿；已完成的工作会保留</translation>
        </message>
        <message>
            <source>Hand over what is under way, then stop</source>
            <translation>交接进行中的工作，然后停止</translation>
        </message>
        <message>
            <source>Dashboard</source>
            <translation>网络页面</translation>
        </message>
        <message>
            <source>Open the network's own page in the browser</source>
            <translation>在浏览器中打开网络自己的页面</translation>
        </message>
        <message>
            <source>What it did</source>
            <translation>活动记录</translation>
        </message>
        <message>
            <source>Hour by hour, and whether it ran last night</source>
            <translation>每小时做了什么，昨晚是否运行</translation>
        </message>
        <message>
            <source>{duration} left</source>
            <translation>还剩 {duration}</translation>
        </message>
        <message>
            <source>{duration} to go</source>
            <translation>还需 {duration}</translation>
        </message>
        <message numerus="yes">
            <source>and on {count} more cards</source>
            <extracomment>For one: and on 1 more card</extracomment>
            <translation>
                <numerusform>还有 {count} 块显卡</numerusform>
            </translation>
        </message>
        <message>
            <source>holding {count} of the model's numbers</source>
            <translation>持有模型中的 {count} 个数</translation>
        </message>
        <message>
            <source>on the processor</source>
            <translation>在处理器上</translation>
        </message>
        <message>
            <source>on the graphics card</source>
            <translation>在显卡上</translation>
        </message>
        <message>
            <source>on the graphics chip</source>
            <translation>在图形芯片上</translation>
        </message>
        <message>
            <source>on {device}</source>
            <translation>在 {device} 上</translation>
        </message>
        <message>
            <source>The whole training is done.</source>
            <translation>整个训练已完成。</translation>
        </message>
        <message>
            <source>{share} of the whole training done</source>
            <translation>整个训练已完成 {share}</translation>
        </message>
        <message numerus="yes">
            <source>{count} computers take part</source>
            <extracomment>For one: 1 computer takes part</extracomment>
            <translation>
                <numerusform>{count} 台电脑参与</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>{count} days {hours} h</source>
            <extracomment>For one: {count} day {hours} h</extracomment>
            <translation>
                <numerusform>{count} 天 {hours} 小时</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>app.ui.home.troubles_card</name>
        <message>
            <source>Something went wrong</source>
            <translation>出现了问题</translation>
        </message>
        <message>
            <source>Try again now</source>
            <translation>立即重试</translation>
        </message>
        <message>
            <source>Don't wait for the next attempt</source>
            <translation>不等下一次尝试</translation>
        </message>
        <message>
            <source>Dismiss</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Take these messages away</source>
            <translation>移除这些消息</translation>
        </message>
        <message>
            <source>What can I do?</source>
            <translation>我能做什么？</translation>
        </message>
        <message>
            <source>Read what this trouble is, and what helps against it</source>
            <translation>查看这是什么问题，以及怎样解决</translation>
        </message>
        <message>
            <source>Read what happened, or save a report</source>
            <translation>查看发生了什么，或保存报告</translation>
        </message>
        <message>
            <source>Went wrong, and works again</source>
            <translation>出过问题，现已恢复</translation>
        </message>
        <message>
            <source>{time}, {times} times in a row</source>
            <translation>{time}，连续 {times} 次</translation>
        </message>
    </context>
    <context>
        <name>app.ui.home.window</name>
        <message>
            <source>That did not work</source>
            <translation>没有成功</translation>
        </message>
    </context>
    <context>
        <name>app.ui.hours.editor</name>
        <message>
            <source>{day}, from</source>
            <translation>{day}，从</translation>
        </message>
        <message>
            <source>{day}, to</source>
            <translation>{day}，到</translation>
        </message>
        <message>
            <source>to</source>
            <translation>至</translation>
        </message>
        <message>
            <source>Only while I sleep</source>
            <translation>只在我睡觉时</translation>
        </message>
        <message>
            <source>Always</source>
            <translation>总是</translation>
        </message>
        <message>
            <source>Choose for each day</source>
            <translation>逐日选择</translation>
        </message>
        <message>
            <source>Every night</source>
            <translation>每晚</translation>
        </message>
        <message>
            <source>The screen may go dark; the computer stays awake while it works. A span past midnight belongs to the day it begins on.</source>
            <translation>屏幕可以变暗；电脑工作时保持唤醒。跨过午夜的时段属于它开始的那一天。</translation>
        </message>
        <message>
            <source>Further spans begin: {list}.</source>
            <translation>其他时段开始于：{list}。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.hours.ending_fields</name>
        <message>
            <source> min</source>
            <translation> 分钟</translation>
        </message>
        <message>
            <source>as for all</source>
            <translation>与全部相同</translation>
        </message>
        <message>
            <source>Beginning and end</source>
            <translation>开始与结束</translation>
        </message>
        <message>
            <source>Nothing new so long before the end</source>
            <translation>结束前多久不开始新的工作</translation>
        </message>
        <message>
            <source>To hand over after it</source>
            <translation>结束后用于交接</translation>
        </message>
        <message>
            <source>Beginning and end of {hours}</source>
            <translation>{hours}的开始和结束</translation>
        </message>
        <message>
            <source>Last start before the end, in minutes, for {hours}</source>
            <translation>最晚在结束前多少分钟开始，{hours}</translation>
        </message>
        <message>
            <source>Handing over past the end, in minutes, for {hours}</source>
            <translation>结束后交接的分钟数，{hours}</translation>
        </message>
    </context>
    <context>
        <name>app.ui.hours.extras</name>
        <message>
            <source>Days off</source>
            <translation>休息日</translation>
        </message>
        <message>
            <source>Leave out the hours that run now, or else the next ones, once</source>
            <translation>跳过正在进行的时段，没有则跳过下一个，仅一次</translation>
        </message>
        <message>
            <source>First day off</source>
            <translation>休息日第一天</translation>
        </message>
        <message>
            <source>Last day off</source>
            <translation>休息日最后一天</translation>
        </message>
        <message>
            <source>Add</source>
            <translation>添加</translation>
        </message>
        <message>
            <source>No hours that begin on these days will count</source>
            <translation>在这些日子开始的时段都不算</translation>
        </message>
        <message>
            <source>Hours belong to the day they begin on. A night that began the day before still ends as ever.</source>
            <translation>时段属于它开始的那一天。前一天开始的夜晚仍照常结束。</translation>
        </message>
        <message>
            <source>Train on these days after all: {days}</source>
            <translation>这些日子还是训练：{days}</translation>
        </message>
        <message>
            <source>Last start before the end, in minutes</source>
            <translation>最晚在结束前多少分钟开始</translation>
        </message>
        <message>
            <source>Handing over past the end, in minutes</source>
            <translation>结束后交接的分钟数</translation>
        </message>
        <message>
            <source>So long before the end begin nothing new. What runs goes on.</source>
            <translation>结束前这么久不开始新的工作。正在进行的继续。</translation>
        </message>
        <message>
            <source>So long after the end, what is under way may be handed over.</source>
            <translation>结束后这么久之内可以交接进行中的工作。</translation>
        </message>
        <message>
            <source>This holds for all hours but those that say otherwise in the list.</source>
            <translation>这适用于所有时段，列表中另有设定的除外。</translation>
        </message>
        <message>
            <source>Previous month</source>
            <translation>上个月</translation>
        </message>
        <message>
            <source>Next month</source>
            <translation>下个月</translation>
        </message>
    </context>
    <context>
        <name>app.ui.hours.form</name>
        <message>
            <source>It may work day and night.</source>
            <translation>它可以昼夜工作。</translation>
        </message>
        <message>
            <source>It may work now, until {end}.</source>
            <translation>它现在可以工作，直到 {end}。</translation>
        </message>
        <message>
            <source>It would never work: choose at least one day.</source>
            <translation>它永远不会工作：请至少选择一天。</translation>
        </message>
        <message>
            <source>It works from {start} on.</source>
            <translation>它从 {start} 起工作。</translation>
        </message>
        <message>
            <source>Next: {start} to {end}, {duration}.</source>
            <translation>接下来：{start} 至 {end}，{duration}。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.hours.list</name>
        <message>
            <source>In full</source>
            <translation>全力</translation>
        </message>
        <message>
            <source>Gently</source>
            <translation>轻度</translation>
        </message>
        <message>
            <source>hours without a weekday</source>
            <translation>没有星期的时段</translation>
        </message>
        <message>
            <source>{day}, for {hours}</source>
            <translation>{day}，用于 {hours}</translation>
        </message>
        <message>
            <source>From, for {hours}</source>
            <translation>从，用于 {hours}</translation>
        </message>
        <message>
            <source>To, for {hours}</source>
            <translation>到，用于 {hours}</translation>
        </message>
        <message>
            <source>How hard, for {hours}</source>
            <translation>强度，用于 {hours}</translation>
        </message>
        <message>
            <source>Remove {hours}</source>
            <translation>移除 {hours}</translation>
        </message>
        <message>
            <source>No hours yet. Paint some in the week, or add them here.</source>
            <translation>还没有时段。请在一周中涂画，或在此添加。</translation>
        </message>
        <message>
            <source>Add hours</source>
            <translation>添加时段</translation>
        </message>
        <message>
            <source>A new line in the list of hours</source>
            <translation>在时段列表中新增一行</translation>
        </message>
    </context>
    <context>
        <name>app.ui.hours.preview</name>
        <message>
            <source>The next seven days</source>
            <translation>接下来七天</translation>
        </message>
        <message>
            <source>Times are this computer's own ({zone}) and follow it when it travels.</source>
            <translation>时间以这台电脑的时区（{zone}）为准，并随它旅行而变。</translation>
        </message>
        <message>
            <source>Today, {day}</source>
            <translation>今天，{day}</translation>
        </message>
        <message>
            <source>all day, gently</source>
            <translation>全天，轻度</translation>
        </message>
        <message>
            <source>all day</source>
            <translation>全天</translation>
        </message>
        <message>
            <source>, gently</source>
            <translation>，轻度</translation>
        </message>
        <message>
            <source>from {start} on: {what}</source>
            <translation>从 {start} 起：{what}</translation>
        </message>
        <message>
            <source>from {start} on{gently}</source>
            <translation>从 {start} 起{gently}</translation>
        </message>
        <message>
            <source>{times}, {length}{gently}</source>
            <translation>{times}，{length}{gently}</translation>
        </message>
        <message>
            <source>{times}: {what}</source>
            <translation>{times}：{what}</translation>
        </message>
    </context>
    <context>
        <name>app.ui.hours.week_cells</name>
        <message>
            <source>{day} {time}, {what}</source>
            <translation>{day} {time}，{what}</translation>
        </message>
        <message>
            <source>partly training</source>
            <translation>部分训练</translation>
        </message>
        <message>
            <source>{days}, {start} to {end}: {what}</source>
            <translation>{days}，{start} 至 {end}：{what}</translation>
        </message>
    </context>
    <context>
        <name>app.ui.hours.week_grid</name>
        <message>
            <source>Hours of the week</source>
            <translation>一周的各个小时</translation>
        </message>
        <message>
            <source>Arrow keys move, Shift and arrow keys choose several. Space paints or clears, G makes it gentle, Delete clears.</source>
            <translation>方向键移动，Shift 加方向键选择多格。空格键涂画或清除，G 设为轻度，Delete 清除。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.hours.window</name>
        <message>
            <source>The week</source>
            <translation>一周</translation>
        </message>
        <message>
            <source>Paint in full</source>
            <translation>涂为全力</translation>
        </message>
        <message>
            <source>Paint gently</source>
            <translation>涂为轻度</translation>
        </message>
        <message>
            <source>Clear the week</source>
            <translation>清空一周</translation>
        </message>
        <message>
            <source>Drag to paint or clear. With the keys: Space paints, G makes it gentle, Delete clears.</source>
            <translation>拖动以涂画或清除。用键盘：空格键涂画，G 设为轻度，Delete 清除。</translation>
        </message>
        <message>
            <source>When may this computer work?</source>
            <translation>这台电脑什么时候可以工作？</translation>
        </message>
        <message>
            <source>Only in these hours</source>
            <translation>只在这些时段</translation>
        </message>
    </context>
    <context>
        <name>app.ui.limits.connection_form</name>
        <message>
            <source>{amount} a month</source>
            <translation>每月 {amount}</translation>
        </message>
        <message>
            <source>{rate} Mbit/s up</source>
            <translation>上传 {rate} Mbit/s</translation>
        </message>
        <message>
            <source>{rate} Mbit/s down</source>
            <translation>下载 {rate} Mbit/s</translation>
        </message>
        <message>
            <source>address not shown</source>
            <translation>不显示地址</translation>
        </message>
        <message>
            <source>No limits</source>
            <translation>不限制</translation>
        </message>
        <message>
            <source>Connection</source>
            <translation>连接</translation>
        </message>
        <message>
            <source>Your internet connection</source>
            <translation>你的互联网连接</translation>
        </message>
        <message>
            <source>Use at most, in a month</source>
            <translation>每月最多使用</translation>
        </message>
        <message>
            <source>GB</source>
            <translation>GB</translation>
        </message>
        <message>
            <source>Send at most</source>
            <translation>发送最快</translation>
        </message>
        <message>
            <source>Receive at most</source>
            <translation>接收最快</translation>
        </message>
        <message>
            <source>Don't show this computer's address to the others</source>
            <translation>不向其他电脑显示这台电脑的地址</translation>
        </message>
        <message>
            <source>Used of this month's data</source>
            <translation>本月流量已用</translation>
        </message>
        <message>
            <source>Sent and received together. When it is used up, training waits for the next month.</source>
            <translation>收发合计。用完后，训练等到下个月。</translation>
        </message>
        <message>
            <source>This month so far: {amount}.</source>
            <translation>本月至今：{amount}。</translation>
        </message>
        <message>
            <source>Computers that train together talk to each other directly and see each other's internet address. With this box ticked everything goes through the network's store instead, which is slower and earns less.</source>
            <translation>一起训练的电脑直接通信，能看到彼此的互联网地址。勾选此项后，一切改由网络的存储中转，速度较慢，收益较少。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.limits.dialog</name>
        <message>
            <source>Automatic</source>
            <translation>自动</translation>
        </message>
        <message>
            <source>blender, steam</source>
            <translation>blender, steam</translation>
        </message>
        <message>
            <source>Programs, with commas between them</source>
            <translation>程序，用逗号分隔</translation>
        </message>
        <message>
            <source>Choose…</source>
            <translation>选择…</translation>
        </message>
        <message>
            <source>From the programs that run now</source>
            <translation>从正在运行的程序中选择</translation>
        </message>
        <message>
            <source>Not looked at now.</source>
            <translation>现在不查看。</translation>
        </message>
        <message>
            <source>Not looked at any more, once it is saved.</source>
            <translation>保存后不再查看。</translation>
        </message>
        <message>
            <source>Looked at once it is saved.</source>
            <translation>保存后开始查看。</translation>
        </message>
        <message>
            <source>So it would wait.</source>
            <translation>这样就会等待。</translation>
        </message>
        <message>
            <source>Limits — Train at Home</source>
            <translation>限制 — Train at Home</translation>
        </message>
        <message>
            <source>What limits training</source>
            <translation>训练的限制</translation>
        </message>
        <message>
            <source>What the engine may take</source>
            <translation>训练引擎可以占用的资源</translation>
        </message>
        <message>
            <source>The fastest there is</source>
            <translation>最快的设备</translation>
        </message>
        <message>
            <source>Memory, at most</source>
            <translation>内存，最多</translation>
        </message>
        <message>
            <source>Compute on</source>
            <translation>计算设备</translation>
        </message>
        <message>
            <source>Graphics cards, where there are several</source>
            <translation>显卡数量（有多块时）</translation>
        </message>
        <message>
            <source>Processor threads</source>
            <translation>处理器线程</translation>
        </message>
        <message>
            <source>Computes at most this much of the time</source>
            <translation>最多用这么多的时间计算</translation>
        </message>
        <message>
            <source>Of the graphics card's memory, at most</source>
            <translation>显存，最多</translation>
        </message>
        <message>
            <source>Disk space for its work, at most</source>
            <translation>其工作占用的磁盘空间，最多</translation>
        </message>
        <message>
            <source>Less of the time keeps fans quiet and leaves room for other programs. That changes at once; for the rest a running engine saves its work and starts anew.</source>
            <translation>减少计算时间可让风扇安静，并为其他程序留出余地。此项立即生效；其余各项会让运行中的引擎保存工作并重新启动。</translation>
        </message>
        <message>
            <source>As suggested</source>
            <translation>按建议</translation>
        </message>
        <message>
            <source>{count} set by you</source>
            <translation>你设置了 {count} 项</translation>
        </message>
        <message>
            <source>Automatic counts where this computer can tell. Always also waits while it can't tell. What is off is never looked at. Below each stands what was read last, and who says so.</source>
            <translation>“自动”在这台电脑能判断时生效。“总是”在不能判断时也等待。关闭的项从不查看。每项下方是最近读到的内容及其来源。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.limits.programs_picker</name>
        <message>
            <source>Programs — Train at Home</source>
            <translation>程序 — Train at Home</translation>
        </message>
        <message>
            <source>Wait while these run</source>
            <translation>这些程序运行时等待</translation>
        </message>
        <message>
            <source>Only names with these letters</source>
            <translation>只显示包含这些字母的名称</translation>
        </message>
        <message>
            <source>Programs that run now</source>
            <translation>正在运行的程序</translation>
        </message>
        <message>
            <source>Looking which programs run…</source>
            <translation>正在查看哪些程序在运行…</translation>
        </message>
        <message>
            <source>These run now. Tick those that training should wait for.</source>
            <translation>这些程序正在运行。勾选训练需要为之等待的程序。</translation>
        </message>
        <message>
            <source>Choose</source>
            <translation>选择</translation>
        </message>
        <message>
            <source>The programs that run can't be listed here.</source>
            <translation>这里无法列出正在运行的程序。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.limits.proxy_form</name>
        <message>
            <source>Proxy</source>
            <translation>代理</translation>
        </message>
        <message>
            <source>Does your internet go through a proxy?</source>
            <translation>你的网络要经过代理吗？</translation>
        </message>
        <message>
            <source>Do what the system says</source>
            <translation>按系统设置</translation>
        </message>
        <message>
            <source>No, go directly</source>
            <translation>不，直接连接</translation>
        </message>
        <message>
            <source>Yes, through this one:</source>
            <translation>是，通过这个代理：</translation>
        </message>
        <message>
            <source>Address of the proxy</source>
            <translation>代理的地址</translation>
        </message>
        <message>
            <source>Companies, universities and some homes let computers reach the internet through a proxy only. What the app asks of servers, such as the network's own computers and updates, takes the way that you choose here.</source>
            <translation>公司、大学和一些家庭只允许电脑通过代理上网。应用向服务器（例如网络自己的服务器和更新服务器）发出的请求，都走你在这里选择的路径。</translation>
        </message>
        <message>
            <source>Like {example}, without a name or password.</source>
            <translation>形如 {example}，不带用户名或密码。</translation>
        </message>
        <message>
            <source>Computers that train together talk to each other without the proxy; where it does not let them, what they send goes through the network's store, which is slower and earns less.</source>
            <translation>一起训练的电脑彼此直接通信，不经过代理；如果代理不允许，它们发送的内容会经由网络的存储，速度更慢，收益也更少。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.limits.work_folder_form</name>
        <message>
            <source>Folder for its work</source>
            <translation>工作数据的文件夹</translation>
        </message>
        <message>
            <source>Where should its work lie?</source>
            <translation>工作数据放在哪里？</translation>
        </message>
        <message>
            <source>In this folder:</source>
            <translation>在这个文件夹中：</translation>
        </message>
        <message>
            <source>Look for a folder on your disks</source>
            <translation>在你的磁盘上查找文件夹</translation>
        </message>
        <message>
            <source>What lies there now</source>
            <translation>现在存放的内容</translation>
        </message>
        <message>
            <source>Adding up…</source>
            <translation>正在统计…</translation>
        </message>
        <message>
            <source>Free that room</source>
            <translation>释放空间</translation>
        </message>
        <message>
            <source>Delete what it keeps and can fetch again</source>
            <translation>删除它保存的、可以重新下载的内容</translation>
        </message>
        <message>
            <source>Nothing</source>
            <translation>没有</translation>
        </message>
        <message>
            <source>{size} on the disk</source>
            <translation>磁盘上 {size}</translation>
        </message>
        <message>
            <source>Parts of models, unfinished work and the text to learn from take the room that you allow under Limits. They may lie on another disk; the key and what is still to be credited stay with the app's other data.</source>
            <translation>模型的部分、未完成的工作和用来学习的文本会占用你在“限制”中允许的空间。它们可以放在另一个磁盘上；密钥和尚待记入的内容仍与应用的其他数据放在一起。</translation>
        </message>
        <message>
            <source>What is there already is moved when training next begins, which can take minutes. While that disk is not connected, this computer does not train.</source>
            <translation>已有的内容会在下次开始训练时移动过去，可能需要几分钟。该磁盘未连接时，这台电脑不会训练。</translation>
        </message>
        <message>
            <source>What is needed is fetched again when training next begins. Your earnings, the key and what is still to be credited stay.</source>
            <translation>需要的内容会在下次训练开始时重新下载。你的收益、密钥和尚待记入的部分都会保留。</translation>
        </message>
        <message>
            <source>The engine needs it now. Once it has ended, that room can be freed.</source>
            <translation>训练引擎现在正需要它。等它结束后，就可以释放这些空间。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.logs.problems_view</name>
        <message>
            <source>Search the known problems</source>
            <translation>搜索已知问题</translation>
        </message>
        <message>
            <source>A code such as TAH-24, or words such as “disk”</source>
            <translation>代码，例如 TAH-24，或词语，例如“磁盘”</translation>
        </message>
        <message>
            <source>Known problems</source>
            <translation>已知问题</translation>
        </message>
        <message>
            <source>There now: {code}, {title}</source>
            <translation>现在：{code}，{title}</translation>
        </message>
        <message>
            <source>There lately: {code}, {title}</source>
            <translation>不久前：{code}，{title}</translation>
        </message>
        <message>
            <source>No known problem fits. Other words may find it.</source>
            <translation>没有相符的已知问题。换其他词也许能找到。</translation>
        </message>
        <message numerus="yes">
            <source>{count} problems</source>
            <extracomment>For one: {count} problem</extracomment>
            <translation>
                <numerusform>{count} 个问题</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>{count} are there now, on top</source>
            <extracomment>For one: {count} is there now, on top</extracomment>
            <translation>
                <numerusform>{count} 个正在发生，排在最前</numerusform>
            </translation>
        </message>
        <message>
            <source>No page</source>
            <translation>没有页面</translation>
        </message>
        <message>
            <source>There now: {sentence}</source>
            <translation>现在：{sentence}</translation>
        </message>
        <message>
            <source>There lately: {sentence}</source>
            <translation>不久前：{sentence}</translation>
        </message>
    </context>
    <context>
        <name>app.ui.logs.report_dialog</name>
        <message>
            <source>Problem report — Train at Home</source>
            <translation>问题报告 — Train at Home</translation>
        </message>
        <message>
            <source>What the report holds</source>
            <translation>报告包含的内容</translation>
        </message>
        <message>
            <source>Gathering it…</source>
            <translation>正在收集…</translation>
        </message>
        <message>
            <source>Files of the report</source>
            <translation>报告中的文件</translation>
        </message>
        <message>
            <source>The chosen file, as it will be saved</source>
            <translation>所选文件，按保存时的样子</translation>
        </message>
        <message>
            <source>Save…</source>
            <translation>保存…</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Save the report</source>
            <translation>保存报告</translation>
        </message>
        <message>
            <source>Saved as {path}. Nothing was sent.</source>
            <translation>已保存为 {path}。没有发送任何内容。</translation>
        </message>
        <message numerus="yes">
            <source>{count} files. Look through them, then save.</source>
            <extracomment>For one: {count} file. Look through it, then save.</extracomment>
            <translation>
                <numerusform>{count} 个文件。请逐一查看，然后保存。</numerusform>
            </translation>
        </message>
        <message>
            <source>Names, folders, addresses, passwords and keys were taken out as far as they could be recognised. Nothing is sent to anybody: you save one file, and give it to whoever helps you.</source>
            <translation>名字、文件夹、地址、密码和密钥凡能识别的都已去掉。不会发送给任何人：你保存一个文件，再交给帮助你的人。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.logs.view</name>
        <message>
            <source>Show which lines</source>
            <translation>显示哪些行</translation>
        </message>
        <message>
            <source>Warnings and errors</source>
            <translation>警告和错误</translation>
        </message>
        <message>
            <source>Errors</source>
            <translation>错误</translation>
        </message>
        <message>
            <source>Only lines with these words</source>
            <translation>只显示含有这些词的行</translation>
        </message>
        <message>
            <source>Follow the end</source>
            <translation>跟随末尾</translation>
        </message>
        <message>
            <source>Log</source>
            <translation>日志</translation>
        </message>
        <message>
            <source>{shown} of the last {all} lines</source>
            <translation>最近 {all} 行中的 {shown} 行</translation>
        </message>
        <message>
            <source>Nothing was logged yet.</source>
            <translation>还没有日志。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.logs.window</name>
        <message>
            <source>Logs and report — Train at Home</source>
            <translation>日志与报告 — Train at Home</translation>
        </message>
        <message>
            <source>Save a report…</source>
            <translation>保存报告…</translation>
        </message>
        <message>
            <source>Shows everything that goes in before it is saved</source>
            <translation>保存之前显示所有会包含的内容</translation>
        </message>
        <message>
            <source>Copy for a helper</source>
            <translation>复制给帮助者</translation>
        </message>
        <message>
            <source>Version, system, settings and last readings, with names and addresses taken out</source>
            <translation>版本、系统、设置和最近的读数，已去除名称和地址</translation>
        </message>
        <message>
            <source>Open the folder</source>
            <translation>打开文件夹</translation>
        </message>
        <message>
            <source>Show the log files themselves</source>
            <translation>显示日志文件本身</translation>
        </message>
        <message>
            <source>What the app and its engine wrote, the newest last.</source>
            <translation>应用和训练引擎写下的内容，最新的在最后。</translation>
        </message>
        <message>
            <source>Each trouble by its code: what happened, what the app does by itself, and what you can do.</source>
            <translation>每个问题及其代码：发生了什么、应用会自动做什么，以及你可以做什么。</translation>
        </message>
        <message>
            <source>Known problems ({count} now)</source>
            <translation>已知问题（现有 {count} 个）</translation>
        </message>
        <message>
            <source>Copied. Paste it wherever you ask for help; nothing was sent.</source>
            <translation>已复制。请粘贴到你求助的地方；没有发送任何内容。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.look.card</name>
        <message>
            <source>{name}: {value}</source>
            <translation>{name}：{value}</translation>
        </message>
    </context>
    <context>
        <name>app.ui.look.form_dialog</name>
        <message>
            <source>Save</source>
            <translation>保存</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
    </context>
    <context>
        <name>app.ui.notices.banners</name>
        <message>
            <source>See what is held, and since when</source>
            <translation>查看暂扣了什么，从何时起</translation>
        </message>
        <message>
            <source>This computer's key</source>
            <translation>这台电脑的密钥</translation>
        </message>
        <message>
            <source>See it, save a copy, or use another one</source>
            <translation>查看、保存副本或使用另一个</translation>
        </message>
        <message>
            <source>Take this message away</source>
            <translation>移除这条消息</translation>
        </message>
    </context>
    <context>
        <name>app.ui.notices.form</name>
        <message>
            <source>Comes in quiet hours too</source>
            <translation>免打扰时间也会出现</translation>
        </message>
        <message>
            <source>Quiet hours</source>
            <translation>免打扰时间</translation>
        </message>
        <message>
            <source>Quiet hours, from</source>
            <translation>免打扰时间，从</translation>
        </message>
        <message>
            <source>Quiet hours, to</source>
            <translation>免打扰时间，到</translation>
        </message>
        <message>
            <source>In quiet hours only what needs you, or a changed payout address, is told.</source>
            <translation>免打扰时间内只告知需要你处理的事，或收款地址的更改。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.settings.licences_dialog</name>
        <message>
            <source>Licences — Train at Home</source>
            <translation>许可证 — Train at Home</translation>
        </message>
        <message>
            <source>Licences</source>
            <translation>许可证</translation>
        </message>
        <message>
            <source>The libraries that it uses, then its own licence.</source>
            <translation>先是它使用的库，然后是它自己的许可证。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.settings.privacy_dialog</name>
        <message>
            <source>Privacy — Train at Home</source>
            <translation>隐私 — Train at Home</translation>
        </message>
        <message>
            <source>With your settings as they are now.</source>
            <translation>按你现在的设置。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.settings.removal_end</name>
        <message>
            <source>Removing…</source>
            <translation>正在移除…</translation>
        </message>
        <message>
            <source>The app has ended. What it kept is being taken away.</source>
            <translation>应用已退出。正在移除它保存的内容。</translation>
        </message>
        <message>
            <source>Done</source>
            <translation>完成</translation>
        </message>
        <message>
            <source>Not all of it could be removed</source>
            <translation>未能全部移除</translation>
        </message>
    </context>
    <context>
        <name>app.ui.settings.remove_dialog</name>
        <message>
            <source>Remove everything — Train at Home</source>
            <translation>全部移除 — Train at Home</translation>
        </message>
        <message>
            <source>Remove everything</source>
            <translation>全部移除</translation>
        </message>
        <message>
            <source>This is removed</source>
            <translation>将移除</translation>
        </message>
        <message>
            <source>This stays</source>
            <translation>会保留</translation>
        </message>
        <message>
            <source>Keep, for another time</source>
            <translation>保留，以备将来</translation>
        </message>
        <message>
            <source>Unfinished work and parts of models</source>
            <translation>未完成的工作和模型的部分</translation>
        </message>
        <message>
            <source>The training engine that was fetched</source>
            <translation>已获取的训练引擎</translation>
        </message>
        <message>
            <source>Logs</source>
            <translation>日志</translation>
        </message>
        <message>
            <source>Remove the key too</source>
            <translation>也移除密钥</translation>
        </message>
        <message>
            <source>Remove this computer's key too</source>
            <translation>也移除这台电脑的密钥</translation>
        </message>
        <message>
            <source>not put there by this app</source>
            <translation>不是由这个应用放在那里的</translation>
        </message>
        <message>
            <source>Remove and quit</source>
            <translation>移除并退出</translation>
        </message>
        <message>
            <source>Go on…</source>
            <translation>继续…</translation>
        </message>
        <message>
            <source>The app hands over its work and ends. Then all that it keeps on this computer is taken away, but for what you keep here.</source>
            <translation>应用会交接工作并退出。然后移除它在这台电脑上保存的一切，除了你在这里选择保留的。</translation>
        </message>
        <message>
            <source>Remove {size} for good? This can't be taken back.</source>
            <translation>永久移除 {size}？此操作无法撤销。</translation>
        </message>
        <message>
            <source>What is still owed to this computer belongs to its key. Without a saved copy of the key it is lost.</source>
            <translation>尚欠这台电脑的款项属于它的密钥。没有保存密钥的副本就会失去它。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.settings.window</name>
        <message>
            <source>Settings — Train at Home</source>
            <translation>设置 — Train at Home</translation>
        </message>
        <message>
            <source>Notifications</source>
            <translation>通知</translation>
        </message>
        <message>
            <source>When and how it works</source>
            <translation>何时以及如何工作</translation>
        </message>
        <message>
            <source>Limits</source>
            <translation>限制</translation>
        </message>
        <message>
            <source>Change what limits training on this computer</source>
            <translation>更改这台电脑上训练的限制</translation>
        </message>
        <message>
            <source>Change how much of your internet connection it may use</source>
            <translation>更改它可以使用多少网络连接</translation>
        </message>
        <message>
            <source>Change how servers on the internet are reached</source>
            <translation>更改访问互联网服务器的方式</translation>
        </message>
        <message>
            <source>Choose on which disk parts of models and unfinished work lie</source>
            <translation>选择模型的部分和未完成的工作放在哪个磁盘上</translation>
        </message>
        <message>
            <source>Show</source>
            <translation>显示</translation>
        </message>
        <message>
            <source>Its devices, and how fast it trains</source>
            <translation>它的设备和训练速度</translation>
        </message>
        <message>
            <source>Network and earnings</source>
            <translation>网络与收益</translation>
        </message>
        <message>
            <source>The app</source>
            <translation>应用</translation>
        </message>
        <message>
            <source>Like the system</source>
            <translation>跟随系统</translation>
        </message>
        <message>
            <source>Light</source>
            <translation>浅色</translation>
        </message>
        <message>
            <source>Dark</source>
            <translation>深色</translation>
        </message>
        <message>
            <source>High contrast</source>
            <translation>高对比度</translation>
        </message>
        <message>
            <source>Language</source>
            <translation>语言</translation>
        </message>
        <message>
            <source>Appearance</source>
            <translation>外观</translation>
        </message>
        <message>
            <source>The language changes when the app next starts.</source>
            <translation>语言会在应用下次启动时更改。</translation>
        </message>
        <message>
            <source>Start with your session</source>
            <translation>随登录启动</translation>
        </message>
        <message>
            <source>Update by itself</source>
            <translation>自动更新</translation>
        </message>
        <message>
            <source>It looks for a new version daily, and begins it while nobody is disturbed.</source>
            <translation>它每天查看新版本，并在不打扰任何人时启用。</translation>
        </message>
        <message>
            <source>Versions</source>
            <translation>版本</translation>
        </message>
        <message>
            <source>About</source>
            <translation>关于</translation>
        </message>
        <message>
            <source>Train at Home {version}</source>
            <translation>Train at Home {version}</translation>
        </message>
        <message>
            <source>Read the licences of the app and its parts</source>
            <translation>阅读应用及其组成部分的许可证</translation>
        </message>
        <message>
            <source>Open its folder</source>
            <translation>打开它的文件夹</translation>
        </message>
        <message>
            <source>Show in your file manager what the app keeps</source>
            <translation>在文件管理器中显示应用保存的内容</translation>
        </message>
        <message>
            <source>Privacy</source>
            <translation>隐私</translation>
        </message>
        <message>
            <source>Free software under the Apache licence 2.0.</source>
            <translation>自由软件，采用 Apache 许可证 2.0。</translation>
        </message>
        <message>
            <source>What it keeps lies in {folder}</source>
            <translation>它保存的内容位于 {folder}</translation>
        </message>
        <message>
            <source>Remove everything…</source>
            <translation>全部移除…</translation>
        </message>
        <message>
            <source>See exactly what goes, choose what stays, then decide</source>
            <translation>看清会移除什么，选择保留什么，然后决定</translation>
        </message>
        <message>
            <source>Takes away all that the app keeps on this computer. You see the list before anything happens.</source>
            <translation>移除应用在这台电脑上保存的一切。在此之前你会看到清单。</translation>
        </message>
        <message>
            <source>Not open</source>
            <translation>未打开</translation>
        </message>
    </context>
    <context>
        <name>app.ui.tray.absence</name>
        <message>
            <source>Your system hides the icon of this app.</source>
            <translation>系统隐藏了本应用的图标。</translation>
        </message>
        <message>
            <source>Its bar has no room left, so this window does everything; closing it ends the app. With fewer icons in the bar it comes back.</source>
            <translation>状态栏已没有空间，因此一切都在这个窗口中完成；关闭它就会退出应用。减少状态栏中的图标后，它会重新出现。</translation>
        </message>
        <message>
            <source>The icon of this app has gone from your screen.</source>
            <translation>本应用的图标已从屏幕上消失。</translation>
        </message>
        <message>
            <source>The bar that showed it has ended, or shows no icons any more, so this window does everything; closing it ends the app. Once the bar is back, so is the icon.</source>
            <translation>显示它的状态栏已结束或不再显示图标，因此一切都在这个窗口中完成；关闭它就会退出应用。状态栏恢复后，图标也会恢复。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.tray.menu</name>
        <message>
            <source>Set up…</source>
            <translation>设置…</translation>
        </message>
        <message>
            <source>Quit</source>
            <translation>退出</translation>
        </message>
        <message>
            <source>Open Train at Home</source>
            <translation>打开 Train at Home</translation>
        </message>
        <message>
            <source>Open the dashboard</source>
            <translation>打开网络页面</translation>
        </message>
        <message>
            <source>{tonight} · {money} still to be paid</source>
            <translation>{tonight} · 待付款 {money}</translation>
        </message>
        <message>
            <source>Tonight: {money} earned</source>
            <translation>今晚：赚取 {money}</translation>
        </message>
        <message>
            <source>Tonight: {credit} of work credited</source>
            <translation>今晚：入账的工作 {credit}</translation>
        </message>
        <message>
            <source>Tonight: nothing credited yet</source>
            <translation>今晚：还没有入账</translation>
        </message>
        <message>
            <source>Handing over its work, then quitting…</source>
            <translation>正在交接工作，然后退出…</translation>
        </message>
        <message>
            <source>Quit at once</source>
            <translation>立即退出</translation>
        </message>
    </context>
    <context>
        <name>app.ui.wallet.address_card</name>
        <message>
            <source>No address</source>
            <translation>没有地址</translation>
        </message>
    </context>
    <context>
        <name>app.ui.wallet.identicon</name>
        <message>
            <source>red</source>
            <translation>红</translation>
        </message>
        <message>
            <source>orange</source>
            <translation>橙</translation>
        </message>
        <message>
            <source>yellow</source>
            <translation>黄</translation>
        </message>
        <message>
            <source>lime</source>
            <translation>黄绿</translation>
        </message>
        <message>
            <source>green</source>
            <translation>绿</translation>
        </message>
        <message>
            <source>mint</source>
            <translation>薄荷绿</translation>
        </message>
        <message>
            <source>cyan</source>
            <translation>青</translation>
        </message>
        <message>
            <source>sky</source>
            <translation>天蓝</translation>
        </message>
        <message>
            <source>blue</source>
            <translation>蓝</translation>
        </message>
        <message>
            <source>violet</source>
            <translation>紫</translation>
        </message>
        <message>
            <source>magenta</source>
            <translation>品红</translation>
        </message>
        <message>
            <source>rose</source>
            <translation>玫红</translation>
        </message>
        <message>
            <source>Picture of the address {first}…{last}</source>
            <translation>地址 {first}…{last} 的图案</translation>
        </message>
        <message>
            <source>Dots: {colours}</source>
            <translation>圆点：{colours}</translation>
        </message>
    </context>
    <context>
        <name>app.ui.wallet.identity_dialog</name>
        <message>
            <source>In use now</source>
            <translation>正在使用</translation>
        </message>
        <message>
            <source>Keep it in a file with a password…</source>
            <translation>保存在带密码的文件中…</translation>
        </message>
        <message>
            <source>Enter the file's password…</source>
            <translation>输入文件的密码…</translation>
        </message>
        <message>
            <source>Use the key made on this computer</source>
            <translation>使用在这台电脑上生成的密钥</translation>
        </message>
        <message>
            <source>A copy</source>
            <translation>副本</translation>
        </message>
        <message>
            <source>Save a copy…</source>
            <translation>保存副本…</translation>
        </message>
        <message>
            <source>Use a key from a copy…</source>
            <translation>使用副本中的密钥…</translation>
        </message>
        <message>
            <source>A hotkey of your Bittensor wallet</source>
            <translation>你的 Bittensor 钱包的 hotkey</translation>
        </message>
        <message>
            <source>Hotkeys in your wallet folder</source>
            <translation>你的钱包文件夹中的 hotkey</translation>
        </message>
        <message>
            <source>Use this hotkey</source>
            <translation>使用这个 hotkey</translation>
        </message>
        <message>
            <source>The key is not open.</source>
            <translation>密钥没有打开。</translation>
        </message>
        <message>
            <source>The copy is saved as {path}.</source>
            <translation>副本已保存为 {path}。</translation>
        </message>
        <message>
            <source>{wallet} / {hotkey}, {first}…{last}</source>
            <translation>{wallet} / {hotkey}，{first}…{last}</translation>
        </message>
        <message>
            <source>It is being opened.</source>
            <translation>正在打开。</translation>
        </message>
        <message>
            <source>It came from a copy and lies in this computer's keychain.</source>
            <translation>它来自副本，保存在这台电脑的钥匙串中。</translation>
        </message>
        <message>
            <source>It was made by this app and lies in this computer's keychain.</source>
            <translation>它由这个应用生成，保存在这台电脑的钥匙串中。</translation>
        </message>
        <message>
            <source>Save a copy of the key</source>
            <translation>保存密钥的副本</translation>
        </message>
        <message>
            <source>Choose a copy</source>
            <translation>选择副本</translation>
        </message>
        <message>
            <source>With this key, the hotkey, this computer signs its work, so that the work is credited to you. No money can be moved with it. Each computer has its own; all of them may name the same payout address.</source>
            <translation>这台电脑用这个密钥，即 hotkey，为它的工作签名，这样工作会记在你的名下。用它无法转移钱。每台电脑有自己的密钥；它们都可以使用同一个收款地址。</translation>
        </message>
        <message>
            <source>Save a copy before you set this computer up anew: what was credited to its key and has no payout address yet is found again with it. The copy is a file that opens with a password only.</source>
            <translation>重新安装这台电脑之前请保存副本：已记在它的密钥名下、还没有收款地址的收益，凭副本可以找回。副本是一个只能用密码打开的文件。</translation>
        </message>
        <message>
            <source>If you mine already, this computer can sign with a hotkey of your own. Only the folder of hotkeys is read, never a coldkey. Don't use one hotkey on two computers at a time.</source>
            <translation>如果你已经在挖矿，这台电脑可以用你自己的 hotkey 签名。只读取 hotkey 的文件夹，从不读取 coldkey。不要同时在两台电脑上使用同一个 hotkey。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.wallet.password_dialog</name>
        <message>
            <source>Password</source>
            <translation>密码</translation>
        </message>
        <message>
            <source>The same again</source>
            <translation>再次输入</translation>
        </message>
        <message>
            <source>Continue</source>
            <translation>继续</translation>
        </message>
        <message>
            <source>At least {count} characters; four random words are good.</source>
            <translation>至少 {count} 个字符；四个随机的词就很好。</translation>
        </message>
        <message>
            <source>The two are not the same.</source>
            <translation>两次输入不一致。</translation>
        </message>
        <message>
            <source>A password for the copy</source>
            <translation>副本的密码</translation>
        </message>
        <message>
            <source>Without it the copy is worth nothing, so write it down.</source>
            <translation>没有它，副本就毫无用处，所以请把它写下来。</translation>
        </message>
        <message>
            <source>The copy's password</source>
            <translation>副本的密码</translation>
        </message>
        <message>
            <source>The one that you gave it when you saved it.</source>
            <translation>保存副本时你给它设的密码。</translation>
        </message>
        <message>
            <source>A password for the key's file</source>
            <translation>密钥文件的密码</translation>
        </message>
        <message>
            <source>This computer has no keychain that is open. The key can lie in a file instead, which only this password opens; you will be asked for it each time the app starts, and nothing trains before.</source>
            <translation>这台电脑没有打开的钥匙串。密钥可以改为保存在一个只能用此密码打开的文件中；应用每次启动都会询问密码，在此之前不会训练。</translation>
        </message>
        <message>
            <source>The file's password</source>
            <translation>文件的密码</translation>
        </message>
        <message>
            <source>It opens this computer's key until the app ends.</source>
            <translation>它会打开这台电脑的密钥，直到应用退出。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.wallet.payout_dialog</name>
        <message>
            <source>Use this address</source>
            <translation>使用这个地址</translation>
        </message>
        <message>
            <source>Forget the address</source>
            <translation>忘记这个地址</translation>
        </message>
        <message>
            <source>Until now</source>
            <translation>到目前为止</translation>
        </message>
        <message>
            <source>From now on</source>
            <translation>从现在起</translation>
        </message>
        <message>
            <source>Compare the whole new address with the one in your wallet, not just its ends. What was already paid stays where it went; everything still owed goes to the new address.</source>
            <translation>请把整个新地址与你钱包中的地址核对，不要只看首尾。已支付的留在原处；所有尚欠的款项付到新地址。</translation>
        </message>
        <message>
            <source>Read this once more: this is where all your earnings will go.</source>
            <translation>请再读一遍：你的全部收益都会付到这里。</translation>
        </message>
        <message>
            <source>Without an address nothing is paid out. What you earn is kept until you add one.</source>
            <translation>没有地址就不会付款。你的收益会保留到你添加地址为止。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.wallet.payout_field</name>
        <message>
            <source>The public address of your wallet, 48 characters that begin with 5</source>
            <translation>你的钱包的公开地址，48 个字符，以 5 开头</translation>
        </message>
        <message>
            <source>Paste the public address of a Bittensor wallet. We never ask for secret words or keys; nobody can take money with an address. Without one, what you earn is kept for this computer until you add it.</source>
            <translation>请粘贴 Bittensor 钱包的公开地址。我们从不索要助记词或密钥；有了地址谁也拿不走钱。没有地址时，你的收益会为这台电脑保留到你添加为止。</translation>
        </message>
    </context>
    <context>
        <name>app.ui.wallet.payout_guide</name>
        <message>
            <source>Getting an address</source>
            <translation>获取地址</translation>
        </message>
        <message>
            <source>Your wallet's main key is called the coldkey. It belongs on paper or in a wallet program, never on a computer that works for others. This app wants its public address and nothing else.</source>
            <translation>你的钱包的主密钥叫 coldkey。它应放在纸上或钱包程序里，绝不放在为他人工作的电脑上。这个应用只需要它的公开地址，别无其他。</translation>
        </message>
        <message>
            <source>Whatever you choose</source>
            <translation>不论你选择哪种</translation>
        </message>
        <message>
            <source>Open Bittensor's guide to wallets</source>
            <translation>打开 Bittensor 的钱包指南</translation>
        </message>
        <message>
            <source>Open the official wallet's page</source>
            <translation>打开官方钱包的页面</translation>
        </message>
        <message>
            <source>On a phone or in a browser</source>
            <translation>在手机或浏览器中</translation>
        </message>
        <message>
            <source>Install Bittensor's own wallet from its official page, or Talisman or Nova, and make a new wallet for Bittensor (TAO). Write its 12 or 24 words on paper, and copy the address that begins with 5.</source>
            <translation>从官方页面安装 Bittensor 自己的钱包，或安装 Talisman 或 Nova，并新建一个 Bittensor（TAO）钱包。把 12 或 24 个词写在纸上，并复制以 5 开头的地址。</translation>
        </message>
        <message>
            <source>With a hardware wallet</source>
            <translation>使用硬件钱包</translation>
        </message>
        <message>
            <source>A Ledger with its Polkadot app keeps the key inside the device. The wallet program shows its Bittensor address; copy that.</source>
            <translation>带有 Polkadot 应用的 Ledger 把密钥保存在设备中。钱包程序会显示它的 Bittensor 地址；请复制它。</translation>
        </message>
        <message>
            <source>In a terminal</source>
            <translation>在终端中</translation>
        </message>
        <message>
            <source>On another computer: pip install bittensor-cli, then btcli wallet new_coldkey. Write down the words that it shows once. The address is in btcli wallet list.</source>
            <translation>在另一台电脑上：pip install bittensor-cli，然后 btcli wallet new_coldkey。把它只显示一次的词写下来。地址可在 btcli wallet list 中看到。</translation>
        </message>
        <message>
            <source>The words are the money. Paper, twice, in two places; no photo, no mail, no cloud.</source>
            <translation>这些词就是钱。写在纸上，两份，放两处；不拍照、不发邮件、不上云。</translation>
        </message>
        <message>
            <source>No helper, no site and no app ever needs them to pay you. Who asks for them is a thief.</source>
            <translation>给你付款从来不需要它们，任何帮助者、网站或应用都不需要。索要它们的就是贼。</translation>
        </message>
        <message>
            <source>Try the address with a small amount first, and see it arrive.</source>
            <translation>先用小额试一试这个地址，看到它到账。</translation>
        </message>
    </context>
    <context>
        <name>app.update.download</name>
        <message>
            <source>What was downloaded is not what was signed, so it was thrown away.</source>
            <translation>下载的内容与签名的不符，因此已丢弃。</translation>
        </message>
        <message>
            <source>Try again; if it happens again, the server or the way to it is not to be trusted.</source>
            <translation>请再试一次；如果再次发生，说明服务器或通往它的线路不可信。</translation>
        </message>
        <message>
            <source>What came is kept; try again and it goes on from there.</source>
            <translation>已下载的部分会保留；再试一次即可从那里继续。</translation>
        </message>
        <message>
            <source>The download broke off.</source>
            <translation>下载中断了。</translation>
        </message>
        <message>
            <source>The disk is full.</source>
            <translation>磁盘已满。</translation>
        </message>
        <message>
            <source>Free some space and try again; the download goes on from there.</source>
            <translation>请腾出一些空间再试；下载会从那里继续。</translation>
        </message>
        <message>
            <source>{place} can't be written: {problem}.</source>
            <translation>无法写入 {place}：{problem}。</translation>
        </message>
        <message>
            <source>There is not enough room on the disk of {place}: {size} are missing.</source>
            <translation>{place} 所在的磁盘空间不足：还缺 {size}。</translation>
        </message>
        <message>
            <source>Free some space and try again.</source>
            <translation>请腾出一些空间再试。</translation>
        </message>
    </context>
    <context>
        <name>app.update.engine_programs</name>
        <message>
            <source>Fetch it under This computer, or with `train-at-home engine`: its size is shown first.</source>
            <translation>请在“这台电脑”中获取，或用 `train-at-home engine`：会先显示大小。</translation>
        </message>
    </context>
    <context>
        <name>app.update.fetching</name>
        <message>
            <source>There is no engine for this computer yet.</source>
            <translation>还没有适用于这台电脑的训练引擎。</translation>
        </message>
        <message>
            <source>Look again later, or update the app first.</source>
            <translation>请稍后再看，或先更新应用。</translation>
        </message>
        <message>
            <source>The archive holds no app.</source>
            <translation>压缩包中没有应用。</translation>
        </message>
        <message>
            <source>This build of the app has no address to fetch from.</source>
            <translation>这个应用的构建没有可以获取更新的地址。</translation>
        </message>
        <message>
            <source>It was built from source: fetch the newest source and build it again.</source>
            <translation>它由源代码构建：请获取最新的源代码并重新构建。</translation>
        </message>
        <message>
            <source>What came is kept; it goes on from there the next time.</source>
            <translation>已下载的部分会保留；下次从那里继续。</translation>
        </message>
    </context>
    <context>
        <name>app.update.programs</name>
        <message>
            <source>The archive holds no engine.</source>
            <translation>压缩包中没有训练引擎。</translation>
        </message>
        <message>
            <source>{place} can't be made: {problem}.</source>
            <translation>无法创建 {place}：{problem}。</translation>
        </message>
        <message>
            <source>Something is being fetched already.</source>
            <translation>已经在获取其他内容。</translation>
        </message>
        <message>
            <source>Wait until that is done.</source>
            <translation>请等它完成。</translation>
        </message>
    </context>
    <context>
        <name>app.update.releases</name>
        <message>
            <source>The list of versions is of a later kind.</source>
            <translation>版本列表属于更新的格式。</translation>
        </message>
        <message>
            <source>Install the newest app by hand once.</source>
            <translation>请手动安装一次最新的应用。</translation>
        </message>
        <message>
            <source>the processor</source>
            <translation>处理器</translation>
        </message>
        <message>
            <source>NVIDIA graphics cards</source>
            <translation>NVIDIA 显卡</translation>
        </message>
        <message>
            <source>AMD graphics cards</source>
            <translation>AMD 显卡</translation>
        </message>
        <message>
            <source>Intel graphics cards</source>
            <translation>Intel 显卡</translation>
        </message>
        <message>
            <source>Apple silicon</source>
            <translation>Apple 芯片</translation>
        </message>
    </context>
    <context>
        <name>app.update.repository</name>
        <message>
            <source>The list names a file that is not signed.</source>
            <translation>列表中有一个未签名的文件。</translation>
        </message>
        <message>
            <source>Nothing was fetched; try again later.</source>
            <translation>没有获取任何内容；请稍后再试。</translation>
        </message>
        <message>
            <source>The list of versions is too long.</source>
            <translation>版本列表太长。</translation>
        </message>
        <message>
            <source>What the update server says is out of date, so it is not believed.</source>
            <translation>更新服务器的信息已过期，因此不予采信。</translation>
        </message>
        <message>
            <source>Check this computer's date; if it is right, try again tomorrow. The app goes on as it is.</source>
            <translation>请检查这台电脑的日期；如果正确，请明天再试。应用照常运行。</translation>
        </message>
        <message>
            <source>The update server shows an older or mixed state than before, so it is not believed.</source>
            <translation>更新服务器显示的状态比之前更旧或混杂，因此不予采信。</translation>
        </message>
        <message>
            <source>Nothing was changed. The app goes on as it is.</source>
            <translation>没有任何改变。应用照常运行。</translation>
        </message>
        <message>
            <source>What the update server sent is not what was signed, so it was thrown away.</source>
            <translation>更新服务器发送的内容与签名的不符，因此已丢弃。</translation>
        </message>
        <message>
            <source>Nothing was changed. Try again later.</source>
            <translation>没有任何改变。请稍后再试。</translation>
        </message>
        <message>
            <source>The update server can't be reached: the proxy refused or could not be reached.</source>
            <translation>无法访问更新服务器：代理拒绝或无法访问。</translation>
        </message>
        <message>
            <source>The update server can't be reached.</source>
            <translation>无法连接更新服务器。</translation>
        </message>
        <message>
            <source>Check the network connection; it is tried again by itself.</source>
            <translation>请检查网络连接；会自动重试。</translation>
        </message>
        <message>
            <source>The update server's signatures are not those of the makers of this app, so it is not believed.</source>
            <translation>更新服务器的签名不是这个应用制作者的签名，因此不予采信。</translation>
        </message>
        <message>
            <source>The update can't be kept: {problem}.</source>
            <translation>无法保存更新：{problem}。</translation>
        </message>
        <message>
            <source>Check the disk.</source>
            <translation>请检查磁盘。</translation>
        </message>
    </context>
    <context>
        <name>app.update.unpack</name>
        <message>
            <source>The archive is damaged.</source>
            <translation>压缩包已损坏。</translation>
        </message>
        <message>
            <source>Try again; it is fetched anew.</source>
            <translation>请再试一次；会重新获取。</translation>
        </message>
        <message>
            <source>The archive holds too many files.</source>
            <translation>压缩包中的文件太多。</translation>
        </message>
        <message>
            <source>The archive holds more than was announced.</source>
            <translation>压缩包中的内容超过了事先声明的数量。</translation>
        </message>
        <message>
            <source>The archive holds something that is neither file, folder nor link.</source>
            <translation>压缩包中有既非文件、也非文件夹或链接的内容。</translation>
        </message>
        <message>
            <source>The archive wants to write outside its folder.</source>
            <translation>压缩包试图写到它的文件夹之外。</translation>
        </message>
        <message>
            <source>It was not unpacked.</source>
            <translation>没有解压。</translation>
        </message>
        <message>
            <source>The archive wants to write through a link.</source>
            <translation>压缩包试图通过链接写入。</translation>
        </message>
        <message>
            <source>The archive holds a link that leads outside its folder.</source>
            <translation>压缩包中有指向其文件夹之外的链接。</translation>
        </message>
    </context>
    <context>
        <name>app.update.versions</name>
        <message>
            <source>It has three numbers, like 1.2.3.</source>
            <translation>它由三个数字组成，例如 1.2.3。</translation>
        </message>
        <message>
            <source>“{text}” is no version.</source>
            <translation>“{text}”不是版本。</translation>
        </message>
    </context>
    <context>
        <name>app.update.words</name>
        <message>
            <source>The training engine for {hardware}: {size} to download, {disk} on the disk</source>
            <translation>适用于{hardware}的训练引擎：需下载 {size}，占用磁盘 {disk}</translation>
        </message>
        <message>
            <source>Version {version}: {size} to download, {disk} on the disk</source>
            <translation>版本 {version}：需下载 {size}，占用磁盘 {disk}</translation>
        </message>
        <message>
            <source>, about {minutes} min on a line of 50 Mbit/s.</source>
            <translation>，在 50 Mbit/s 的线路上约需 {minutes} 分钟。</translation>
        </message>
        <message>
            <source>Stable</source>
            <translation>稳定版</translation>
        </message>
        <message>
            <source>Early</source>
            <translation>抢先版</translation>
        </message>
        <message>
            <source>You get versions that others have tried before. An early one stays until a stable one is newer.</source>
            <translation>你得到的是别人已经试过的版本。抢先版会保留到稳定版更新为止。</translation>
        </message>
        <message>
            <source>You get new versions first, while more in them may still go wrong. You can go back at any time.</source>
            <translation>你会最先得到新版本，但其中较可能出问题。你随时可以改回来。</translation>
        </message>
        <message>
            <source>Version {version} is an early one. It stays until a stable version is newer.</source>
            <translation>版本 {version} 是抢先版。它会保留到有更新的稳定版为止。</translation>
        </message>
        <message>
            <source>Version {version} is the newest.</source>
            <translation>版本 {version} 已是最新。</translation>
        </message>
        <message>
            <source>Nothing was fetched. Add --yes to fetch it.</source>
            <translation>没有获取任何内容。加上 --yes 即可获取。</translation>
        </message>
        <message>
            <source>Downloading: {done} of {total}</source>
            <translation>正在下载：{done}，共 {total}</translation>
        </message>
        <message>
            <source>Checking what came…</source>
            <translation>正在检查下载的内容…</translation>
        </message>
        <message>
            <source>Unpacking: {done} of {total}</source>
            <translation>正在解压：{done}，共 {total}</translation>
        </message>
    </context>
</TS>
