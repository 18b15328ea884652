<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
    <context>
        <name>app.control.command_line</name>
        <message>
            <source>Lend this computer to the training of a large language model.</source>
            <translation>Stell diesen Computer dem Training eines großen Sprachmodells zur Verfügung.</translation>
        </message>
        <message>
            <source>Start with your session, from the next one on; off until asked.</source>
            <translation>Mit deiner Anmeldung starten, ab der nächsten; aus, bis du es verlangst.</translation>
        </message>
        <message>
            <source>Leave it out to ask how it stands.</source>
            <translation>Lass es weg, um zu fragen, wie es steht.</translation>
        </message>
        <message>
            <source>Print JSON.</source>
            <translation>JSON ausgeben.</translation>
        </message>
        <message>
            <source>Leave out the hours that run now, or else the next ones, once.</source>
            <translation>Die jetzt laufenden Zeiten oder sonst die nächsten einmal auslassen.</translation>
        </message>
        <message>
            <source>Only: tonight.</source>
            <translation>Nur: tonight (heute Nacht).</translation>
        </message>
        <message>
            <source>Tonight after all.</source>
            <translation>Heute Nacht doch.</translation>
        </message>
        <message>
            <source>Keep everything in this folder.</source>
            <translation>Alles in diesem Ordner aufbewahren.</translation>
        </message>
        <message>
            <source>Save logs, settings and readings as a file for whoever helps you. Names and secrets are taken out of it.</source>
            <translation>Protokolle, Einstellungen und Messwerte als Datei für jemanden speichern, der dir hilft. Namen und Geheimnisse werden entfernt.</translation>
        </message>
        <message>
            <source>Where to save it; else in the present folder.</source>
            <translation>Wohin es gespeichert wird; sonst in den aktuellen Ordner.</translation>
        </message>
        <message>
            <source>Print everything that would go in, and save nothing.</source>
            <translation>Alles ausgeben, was hineinkäme, und nichts speichern.</translation>
        </message>
        <message>
            <source>Remove all that the app keeps on this computer: engine, work, logs, settings, its start with your session.</source>
            <translation>Alles entfernen, was die App auf diesem Computer aufbewahrt: Trainingsprogramm, Arbeit, Protokolle, Einstellungen, den Start mit deiner Anmeldung.</translation>
        </message>
        <message>
            <source>Don't ask.</source>
            <translation>Nicht nachfragen.</translation>
        </message>
        <message>
            <source>This computer's key too. What is still owed belongs to it.</source>
            <translation>Auch den Schlüssel dieses Computers. Was noch aussteht, gehört zu ihm.</translation>
        </message>
        <message>
            <source>Leave the settings.</source>
            <translation>Die Einstellungen lassen.</translation>
        </message>
        <message>
            <source>Leave unfinished work and checkpoints.</source>
            <translation>Unfertige Arbeit und Zwischenstände lassen.</translation>
        </message>
        <message>
            <source>Leave the engine that was fetched.</source>
            <translation>Das geholte Trainingsprogramm lassen.</translation>
        </message>
        <message>
            <source>Leave the logs.</source>
            <translation>Die Protokolle lassen.</translation>
        </message>
        <message>
            <source>What in this computer can train: devices, memory, drivers, disk; how fast, with --measure.

That takes half a minute. For the internet line it moves at most 20 MB, counted in the month's data.</source>
            <translation>Was in diesem Computer trainieren kann: Geräte, Speicher, Treiber, Festplatte; mit --measure auch, wie schnell.

Das Messen dauert eine halbe Minute. Für die Internetleitung werden dabei höchstens 20 MB bewegt; sie zählen zu den Daten des Monats.</translation>
        </message>
        <message>
            <source>Measure how fast it trains, and the internet line.</source>
            <translation>Messen, wie schnell er trainiert, und auch die Internetleitung.</translation>
        </message>
        <message>
            <source>Show it in the running app's window instead.</source>
            <translation>Stattdessen im Fenster der laufenden App zeigen.</translation>
        </message>
        <message>
            <source>What leaves this computer, to whom, and what never does, with your settings as they are.</source>
            <translation>Was diesen Computer verlässt, an wen, und was nie; mit deinen jetzigen Einstellungen.</translation>
        </message>
        <message>
            <source>Look up a known problem by its code: what happened, what the app does by itself, what you can do.</source>
            <translation>Ein bekanntes Problem nach seinem Code nachschlagen: was geschah, was die App von selbst tut, was du tun kannst.</translation>
        </message>
        <message>
            <source>Such as TAH-12, or words to look for; leave it out for all of them.</source>
            <translation>Wie TAH-12, oder Wörter, nach denen gesucht wird; ohne Angabe alle.</translation>
        </message>
        <message>
            <source>Train: ask the running app, or run one in this terminal.</source>
            <translation>Trainieren: die laufende App darum bitten oder eine in diesem Terminal starten.</translation>
        </message>
        <message>
            <source>Train now, whatever the hours say.</source>
            <translation>Jetzt trainieren, was auch immer die Zeiten sagen.</translation>
        </message>
        <message>
            <source>A time, like 07:00, tomorrow or 2026-12-24T07:00.</source>
            <translation>Ein Zeitpunkt wie 07:00, tomorrow (morgen) oder 2026-12-24T07:00.</translation>
        </message>
        <message>
            <source>A length of time, like 90m or 2h30m.</source>
            <translation>Eine Dauer wie 90m oder 2h30m.</translation>
        </message>
        <message>
            <source>A known network's name (local), or an https address.</source>
            <translation>Der Name eines bekannten Netzwerks (local) oder eine https-Adresse.</translation>
        </message>
        <message>
            <source>When to train: 22:00-07:00, or always.</source>
            <translation>Wann trainiert wird: 22:00-07:00 oder always (immer).</translation>
        </message>
        <message>
            <source>What it is doing, why, and until when.</source>
            <translation>Was er gerade tut, warum und bis wann.</translation>
        </message>
        <message>
            <source>Pause, until resumed or for a while.</source>
            <translation>Pausieren, bis du weitermachst oder für eine Weile.</translation>
        </message>
        <message>
            <source>End a pause: go on with what it interrupted, or whenever the hours and conditions allow.</source>
            <translation>Eine Pause beenden: weiter mit dem, was sie unterbrach, oder wann immer Zeiten und Bedingungen es erlauben.</translation>
        </message>
        <message>
            <source>Hand over what is under way, then be off until the hours next begin.</source>
            <translation>Übergeben, was in Arbeit ist, dann aus bis zum Beginn der nächsten Zeiten.</translation>
        </message>
        <message>
            <source>Stop training until told otherwise; the app stays.</source>
            <translation>Das Training anhalten, bis du etwas anderes sagst; die App bleibt.</translation>
        </message>
        <message>
            <source>The same as: finish.</source>
            <translation>Dasselbe wie: finish.</translation>
        </message>
        <message>
            <source>Why it trains or doesn't, gate by gate.</source>
            <translation>Warum er trainiert oder nicht, Bedingung für Bedingung.</translation>
        </message>
        <message>
            <source>What this computer earned, what that cost, and why something is zero.</source>
            <translation>Was dieser Computer verdient hat, was das gekostet hat und warum etwas null ist.</translation>
        </message>
        <message>
            <source>Only today and the days before it: 1, 7, 30.</source>
            <translation>Nur heute und die Tage davor: 1, 7, 30.</translation>
        </message>
        <message>
            <source>Print the sessions as a table for a spreadsheet.</source>
            <translation>Die Sitzungen als Tabelle für eine Tabellenkalkulation ausgeben.</translation>
        </message>
        <message>
            <source>Print the payouts as such a table.</source>
            <translation>Gib die Auszahlungen als solche Tabelle aus.</translation>
        </message>
        <message>
            <source>Show amounts although they are hidden.</source>
            <translation>Beträge zeigen, obwohl sie ausgeblendet sind.</translation>
        </message>
        <message>
            <source>What this computer did, hour by hour, and whether it ran last night.</source>
            <translation>Was dieser Computer Stunde für Stunde getan hat und ob er letzte Nacht lief.</translation>
        </message>
        <message>
            <source>Today and the days before it.</source>
            <translation>Heute und die Tage davor.</translation>
        </message>
        <message>
            <source>Hand over and end the app.</source>
            <translation>Übergeben und die App beenden.</translation>
        </message>
        <message>
            <source>Come back only once it has ended.</source>
            <translation>Erst zurückkehren, wenn sie beendet ist.</translation>
        </message>
        <message>
            <source>Speak to an agent by the Model Context Protocol. Agents start this themselves; unless allowed it only reads.</source>
            <translation>Mit einem Agenten über das Model Context Protocol sprechen. Agenten starten das selbst; ohne Erlaubnis wird nur gelesen.</translation>
        </message>
        <message>
            <source>Beyond reading: run (train, pause, finish), settings (hours, limits). Repeatable.</source>
            <translation>Über das Lesen hinaus: run (trainieren, Pause, zu Ende bringen), settings (Zeiten, Grenzen). Mehrfach möglich.</translation>
        </message>
        <message>
            <source>Open an invitation to a network. Nothing changes before you confirm it, in the window or here.</source>
            <translation>Eine Einladung in ein Netzwerk öffnen. Nichts ändert sich, bevor du im Fenster oder hier zustimmst.</translation>
        </message>
        <message>
            <source>Like train-at-home:join?address=https://orchestrator.example.org.</source>
            <translation>Wie train-at-home:join?address=https://orchestrator.example.org.</translation>
        </message>
        <message>
            <source>Fetch the training engine for the hardware found; its size is shown first.</source>
            <translation>Das Trainingsprogramm für die gefundene Hardware holen; zuerst wird seine Größe gezeigt.</translation>
        </message>
        <message>
            <source>Don't ask: fetch it.</source>
            <translation>Nicht nachfragen: holen.</translation>
        </message>
        <message>
            <source>Only say whether there is something.</source>
            <translation>Nur sagen, ob es etwas gibt.</translation>
        </message>
        <message>
            <source>cpu, cu130, rocm7.2, xpu, mps; else what fits is found.</source>
            <translation>cpu, cu130, rocm7.2, xpu, mps; sonst wird gesucht, was passt.</translation>
        </message>
        <message>
            <source>Print JSON, and ask nothing.</source>
            <translation>JSON ausgeben und nichts fragen.</translation>
        </message>
        <message>
            <source>Fetch a newer version of the app, if there is one; it runs from the next start on.</source>
            <translation>Eine neuere Version der App holen, wenn es eine gibt; sie läuft ab dem nächsten Start.</translation>
        </message>
        <message>
            <source>Take versions of this kind from now on; fetch nothing yet.</source>
            <translation>Von jetzt an solche Versionen nehmen, stable (erprobt) oder early (vorab), und noch nichts holen.</translation>
        </message>
        <message>
            <source>The hours in which this computer may train.</source>
            <translation>Die Zeiten, in denen dieser Computer trainieren darf.</translation>
        </message>
        <message>
            <source>The hours, the days off, and what the next seven days bring.</source>
            <translation>Die Zeiten, die freien Tage und was die nächsten sieben Tage bringen.</translation>
        </message>
        <message>
            <source>Set all hours anew, or the minutes that go with them.</source>
            <translation>Alle Zeiten neu festlegen, oder die Minuten, die dazugehören.</translation>
        </message>
        <message>
            <source>The hours from now on, or: always.</source>
            <translation>Die Zeiten von jetzt an, oder: always (immer).</translation>
        </message>
        <message>
            <source>Begin nothing in the last so many minutes of the hours.</source>
            <translation>In so vielen letzten Minuten der Zeiten nichts mehr beginnen.</translation>
        </message>
        <message>
            <source>Minutes past the end in which work in flight may be handed over.</source>
            <translation>Minuten nach dem Ende, in denen angefangene Arbeit übergeben werden darf.</translation>
        </message>
        <message>
            <source>Add hours to those there are.</source>
            <translation>Zeiten zu den vorhandenen hinzufügen.</translation>
        </message>
        <message>
            <source>Like "22:00-07:00", "fri 22:00-06:00", "weekdays 09:00-17:00 gently" or "weekends all day". With "last-start 30" or "overrun 10" after it these hours have minutes of their own. A line of cron does too, such as "* 22-23,0-6 * * mon-fri": every minute that it names is one to train in.</source>
            <translation>Wie "22:00-07:00", "fri 22:00-06:00", "weekdays 09:00-17:00 gently" oder "weekends all day". Mit "last-start 30" (letzter Beginn) oder "overrun 10" (Übergabe) dahinter haben diese Zeiten eigene Minuten. Auch eine Zeile von cron geht, etwa "* 22-23,0-6 * * mon-fri": In jeder Minute, die sie nennt, wird trainiert.</translation>
        </message>
        <message>
            <source>Take hours out.</source>
            <translation>Zeiten herausnehmen.</translation>
        </message>
        <message>
            <source>Days off: no hours that begin on them count.</source>
            <translation>Freie Tage: Zeiten, die an ihnen beginnen, zählen nicht.</translation>
        </message>
        <message>
            <source>Like 2026-12-24, 2026-12-24..2026-12-26 or tomorrow.</source>
            <translation>Wie 2026-12-24, 2026-12-24..2026-12-26 oder tomorrow (morgen).</translation>
        </message>
        <message>
            <source>Train on these days after all.</source>
            <translation>An diesen Tagen doch trainieren.</translation>
        </message>
        <message>
            <source>What is set, and what it means.</source>
            <translation>Was eingestellt ist und was es bedeutet.</translation>
        </message>
        <message>
            <source>Every setting: its value, its default, its meaning; where the file lies, and what of it could not be read.</source>
            <translation>Jede Einstellung mit Wert, Vorgabe und Bedeutung; wo die Datei liegt und was daran nicht zu lesen war.</translation>
        </message>
        <message>
            <source>One setting, or a group like gates; all of them without it.</source>
            <translation>Eine Einstellung oder eine Gruppe wie gates; ohne Angabe alle.</translation>
        </message>
        <message>
            <source>What holds training back, what each condition was read from, and what the engine may take at most.</source>
            <translation>Was das Training aufhält, woran jede Bedingung abgelesen wurde und was das Trainingsprogramm höchstens nehmen darf.</translation>
        </message>
        <message>
            <source>Change limits and caps, several at once; where one makes no sense, none is changed.</source>
            <translation>Grenzen ändern, mehrere auf einmal; wo eine keinen Sinn ergibt, ändert sich keine.</translation>
        </message>
        <message>
            <source>Names as in `config explain`, each with its value: gates.idle on gates.idle_least_seconds 5min upload_bytes_per_second 2.5MB/s. Without any it tells them all.</source>
            <translation>Namen wie in `config explain`, jeder mit seinem Wert: gates.idle on gates.idle_least_seconds 5min upload_bytes_per_second 2.5MB/s. Ohne Namen nennt es alle.</translation>
        </message>
        <message>
            <source>Free the disk of what the engine keeps and could fetch again. Earnings and keys are none of it.</source>
            <translation>Macht auf der Platte frei, was das Trainingsprogramm aufhebt und wieder laden kann. Verdienst und Schlüssel gehören nicht dazu.</translation>
        </message>
        <message>
            <source>network</source>
            <translation>Netzwerk</translation>
        </message>
        <message>
            <source>none chosen</source>
            <translation>keins gewählt</translation>
        </message>
        <message>
            <source>engine</source>
            <translation>Trainingsprogramm</translation>
        </message>
        <message>
            <source>part</source>
            <translation>Teil</translation>
        </message>
        <message>
            <source>{part} of {parts} of {title}</source>
            <translation>{part} von {parts} von {title}</translation>
        </message>
        <message>
            <source>speed</source>
            <translation>Tempo</translation>
        </message>
        <message>
            <source>{speed} tokens/s, step {step}</source>
            <translation>{speed} Token/s, Schritt {step}</translation>
        </message>
        <message>
            <source>{speed} tokens/s</source>
            <translation>{speed} Token/s</translation>
        </message>
        <message>
            <source>memory</source>
            <translation>Arbeitsspeicher</translation>
        </message>
        <message>
            <source>loss</source>
            <translation>Fehlermaß</translation>
        </message>
        <message>
            <source>{loss}, {share} of the run done</source>
            <translation>{loss}, {share} des Laufs geschafft</translation>
        </message>
        <message>
            <source>earnings</source>
            <translation>Verdienst</translation>
        </message>
        <message>
            <source>trouble</source>
            <translation>Problem</translation>
        </message>
        <message>
            <source>holds</source>
            <translation>hält auf</translation>
        </message>
        <message>
            <source>--csv and --json can't be given together.</source>
            <translation>--csv und --json gehen nicht zusammen.</translation>
        </message>
        <message>
            <source>Choose one.</source>
            <translation>Entscheide dich für eins.</translation>
        </message>
        <message>
            <source>--paid-csv stands alone.</source>
            <translation>--paid-csv steht allein.</translation>
        </message>
    </context>
    <context>
        <name>app.__main__</name>
        <message>
            <source>A link needs a window.</source>
            <translation>Für einen Link braucht es ein Fenster.</translation>
        </message>
        <message>
            <source>In a terminal: train-at-home open LINK</source>
            <translation>Im Terminal: train-at-home open LINK</translation>
        </message>
        <message>
            <source>Train at Home: tray and window.</source>
            <translation>Train at Home: Tray und Fenster.</translation>
        </message>
        <message>
            <source>keep everything in this folder, the device's key included</source>
            <translation>alles in diesem Ordner aufbewahren, auch den Schlüssel des Geräts</translation>
        </message>
        <message>
            <source>begin in the tray, without the window</source>
            <translation>im Tray beginnen, ohne das Fenster</translation>
        </message>
        <message>
            <source>an invitation to a network, which the window then shows</source>
            <translation>eine Einladung in ein Netzwerk, die das Fenster dann zeigt</translation>
        </message>
        <message>
            <source>Train at Home is just starting or ending. Try again in a moment.</source>
            <translation>Train at Home startet oder endet gerade. Versuch es gleich noch einmal.</translation>
        </message>
        <message>
            <source>There is no display here, so Train at Home runs in this terminal. Ctrl-C ends it.</source>
            <translation>Hier gibt es keinen Bildschirm, darum läuft Train at Home in diesem Terminal. Strg-C beendet es.</translation>
        </message>
        <message>
            <source>It runs already. Ask it: train-at-home status</source>
            <translation>Es läuft schon. Frag es: train-at-home status</translation>
        </message>
    </context>
    <context>
        <name>app.control.chain_child</name>
        <message>
            <source>This network names no chain that can be asked.</source>
            <translation>Dieses Netzwerk nennt keine Chain, die sich fragen lässt.</translation>
        </message>
    </context>
    <context>
        <name>app.control.chain_lookup</name>
        <message>
            <source>The chain's client can't be started: {problem}.</source>
            <translation>Das Programm für die Chain lässt sich nicht starten: {problem}.</translation>
        </message>
        <message>
            <source>The chain did not answer in time.</source>
            <translation>Die Chain hat nicht rechtzeitig geantwortet.</translation>
        </message>
        <message>
            <source>It is asked again later.</source>
            <translation>Sie wird später noch einmal gefragt.</translation>
        </message>
        <message>
            <source>The chain's client ended without an answer.</source>
            <translation>Das Programm für die Chain endete ohne Antwort.</translation>
        </message>
    </context>
    <context>
        <name>app.control.client</name>
        <message>
            <source>Train at Home is not running.</source>
            <translation>Train at Home läuft nicht.</translation>
        </message>
        <message>
            <source>Start it with: train-at-home run</source>
            <translation>Starte es mit: train-at-home run</translation>
        </message>
        <message>
            <source>You may not open what the Train at Home of this profile listens on.</source>
            <translation>Du darfst nicht öffnen, worauf das Train at Home dieses Profils hört.</translation>
        </message>
        <message>
            <source>It belongs to another user of this computer: ask it as that user.</source>
            <translation>Es gehört einem anderen Benutzer dieses Computers: Frag es als dieser Benutzer.</translation>
        </message>
        <message>
            <source>What answers at the control socket is not this app.</source>
            <translation>Was am Steueranschluss antwortet, ist nicht diese App.</translation>
        </message>
        <message>
            <source>Train at Home does not answer.</source>
            <translation>Train at Home antwortet nicht.</translation>
        </message>
        <message>
            <source>It may be busy; try again.</source>
            <translation>Vielleicht ist es beschäftigt; versuch es noch einmal.</translation>
        </message>
    </context>
    <context>
        <name>app.control.commands.asking</name>
        <message>
            <source>Train at Home has not ended within a minute.</source>
            <translation>Train at Home hat sich nicht innerhalb einer Minute beendet.</translation>
        </message>
        <message>
            <source>End it in its window and try again.</source>
            <translation>Beende sie in ihrem Fenster und versuch es noch einmal.</translation>
        </message>
    </context>
    <context>
        <name>app.control.commands.computer</name>
        <message>
            <source>The training engine is not on this computer yet.</source>
            <translation>Das Trainingsprogramm ist noch nicht auf diesem Computer.</translation>
        </message>
        <message>
            <source>Fetch it with `train-at-home engine`: its size is shown before anything is downloaded.</source>
            <translation>Hol es mit `train-at-home engine`: Seine Größe wird gezeigt, bevor etwas heruntergeladen wird.</translation>
        </message>
        <message>
            <source>Starting the training engine…</source>
            <translation>Das Trainingsprogramm startet…</translation>
        </message>
    </context>
    <context>
        <name>app.control.commands.config</name>
        <message>
            <source>All of them: train-at-home config explain</source>
            <translation>Alle: train-at-home config explain</translation>
        </message>
        <message>
            <source>There is no setting “{key}”.</source>
            <translation>Es gibt keine Einstellung „{key}“.</translation>
        </message>
        <message>
            <source>Put right earlier; the file as it was: {path}</source>
            <translation>Früher in Ordnung gebracht; die Datei, wie sie war: {path}</translation>
        </message>
        <message>
            <source>(at first: {value})</source>
            <translation>(am Anfang: {value})</translation>
        </message>
        <message>
            <source>The file: {path}</source>
            <translation>Die Datei: {path}</translation>
        </message>
        <message>
            <source>There is no file yet, so all is as at first. It will be: {path}</source>
            <translation>Es gibt noch keine Datei, also ist alles wie am Anfang. Sie wird hier liegen: {path}</translation>
        </message>
    </context>
    <context>
        <name>app.control.commands.limits</name>
        <message>
            <source>Each name needs a value after it.</source>
            <translation>Jeder Name braucht einen Wert dahinter.</translation>
        </message>
        <message>
            <source>For example: train-at-home limits set gates.idle on</source>
            <translation>Zum Beispiel: train-at-home limits set gates.idle on</translation>
        </message>
    </context>
    <context>
        <name>app.control.commands.moments</name>
        <message>
            <source>Write it like 07:00, tomorrow, tomorrow 09:00 or 2026-12-24T07:00.</source>
            <translation>Schreib es wie 07:00, tomorrow (morgen), tomorrow 09:00 oder 2026-12-24T07:00.</translation>
        </message>
        <message>
            <source>“{text}” is not a time.</source>
            <translation>„{text}“ ist kein Zeitpunkt.</translation>
        </message>
        <message>
            <source>Write it like 90m, 2h or 2h30m.</source>
            <translation>Schreib es wie 90m, 2h oder 2h30m.</translation>
        </message>
        <message>
            <source>“{text}” is not a length of time.</source>
            <translation>„{text}“ ist keine Dauer.</translation>
        </message>
        <message>
            <source>Anything up to 30 days will do.</source>
            <translation>Alles bis zu 30 Tagen geht.</translation>
        </message>
        <message>
            <source>“{text}” is too short or too long.</source>
            <translation>„{text}“ ist zu kurz oder zu lang.</translation>
        </message>
        <message>
            <source>--until and --for can't be given together.</source>
            <translation>--until und --for gehen nicht zusammen.</translation>
        </message>
        <message>
            <source>Name a time that is still to come.</source>
            <translation>Nenn einen Zeitpunkt, der noch kommt.</translation>
        </message>
        <message>
            <source>“{text}” is over already.</source>
            <translation>„{text}“ ist schon vorbei.</translation>
        </message>
        <message>
            <source>“{text}” is more than a year away.</source>
            <translation>„{text}“ ist mehr als ein Jahr hin.</translation>
        </message>
        <message>
            <source>To stop until told otherwise: train-at-home stop</source>
            <translation>Um anzuhalten, bis du etwas anderes sagst: train-at-home stop</translation>
        </message>
    </context>
    <context>
        <name>app.control.commands.open</name>
        <message>
            <source>Nothing was changed.</source>
            <translation>Nichts wurde geändert.</translation>
        </message>
        <message>
            <source>The window proposes to join {title}. Nothing changes before you confirm it there.</source>
            <translation>Das Fenster schlägt vor, {title} beizutreten. Nichts ändert sich, bevor du dort zustimmst.</translation>
        </message>
        <message>
            <source>This link invites you to join {title}.</source>
            <translation>Dieser Link lädt dich ein, {title} beizutreten.</translation>
        </message>
        <message>
            <source>Your computer would leave its present network, and train there whenever your hours allow.</source>
            <translation>Dein Computer würde sein jetziges Netzwerk verlassen und dort trainieren, wann immer deine Zeiten es erlauben.</translation>
        </message>
        <message>
            <source>Only join a network that you trust.</source>
            <translation>Tritt nur einem Netzwerk bei, dem du vertraust.</translation>
        </message>
        <message>
            <source>Join it?</source>
            <translation>Beitreten?</translation>
        </message>
        <message>
            <source>The others don't see this computer's internet address: all goes through the network's store.</source>
            <translation>Die anderen sehen die Internetadresse dieses Computers nicht: Alles geht durch den Speicher des Netzwerks.</translation>
        </message>
        <message>
            <source>Computers that train together connect directly and see each other's internet address.</source>
            <translation>Computer, die zusammen trainieren, verbinden sich direkt und sehen gegenseitig ihre Internetadresse.</translation>
        </message>
        <message>
            <source>Meet others only through the network's store? That is slower, moves more data and earns less.</source>
            <translation>Andere nur im Speicher des Netzwerks treffen? Das ist langsamer, bewegt mehr Daten und verdient weniger.</translation>
        </message>
    </context>
    <context>
        <name>app.control.commands.problem</name>
        <message>
            <source>All of them: train-at-home problem</source>
            <translation>Alle: train-at-home problem</translation>
        </message>
        <message>
            <source>No known problem fits “{text}”.</source>
            <translation>Kein bekanntes Problem passt zu „{text}“.</translation>
        </message>
        <message>
            <source>now</source>
            <translation>jetzt</translation>
        </message>
        <message>
            <source>lately</source>
            <translation>vor Kurzem</translation>
        </message>
        <message>
            <source>Read on with: train-at-home problem {code}</source>
            <translation>Weiterlesen mit: train-at-home problem {code}</translation>
        </message>
        <message>
            <source>What happened</source>
            <translation>Was geschehen ist</translation>
        </message>
        <message>
            <source>What the app does by itself</source>
            <translation>Was die App von selbst tut</translation>
        </message>
        <message>
            <source>What you can do</source>
            <translation>Was du tun kannst</translation>
        </message>
    </context>
    <context>
        <name>app.control.commands.remove</name>
        <message>
            <source>Nothing was removed.</source>
            <translation>Nichts wurde entfernt.</translation>
        </message>
        <message>
            <source>Removed: {size}.</source>
            <translation>Entfernt: {size}.</translation>
        </message>
        <message>
            <source>This is removed:</source>
            <translation>Das wird entfernt:</translation>
        </message>
        <message>
            <source>its start with your session</source>
            <translation>der Start mit deiner Anmeldung</translation>
        </message>
        <message>
            <source>This stays: {path}</source>
            <translation>Das bleibt: {path}</translation>
        </message>
        <message>
            <source>What is still owed to this computer belongs to its key, so that stays; --with-key takes it too.</source>
            <translation>Was diesem Computer noch zusteht, gehört zu seinem Schlüssel, darum bleibt der; --with-key nimmt auch ihn.</translation>
        </message>
        <message>
            <source>With this computer's key goes what is still owed to it, unless you have saved a copy.</source>
            <translation>Mit dem Schlüssel dieses Computers geht verloren, was ihm noch zusteht, außer du hast eine Kopie gesichert.</translation>
        </message>
        <message>
            <source>There is nobody to ask.</source>
            <translation>Es ist niemand da, den man fragen könnte.</translation>
        </message>
        <message>
            <source>Say --yes if it is to be removed.</source>
            <translation>Sag --yes, wenn es entfernt werden soll.</translation>
        </message>
        <message>
            <source>Remove all of it?</source>
            <translation>Alles entfernen?</translation>
        </message>
    </context>
    <context>
        <name>app.control.commands.report</name>
        <message>
            <source>Name the file: --to report.zip</source>
            <translation>Nenn die Datei: --to report.zip</translation>
        </message>
        <message>
            <source>{path} is a folder.</source>
            <translation>{path} ist ein Ordner.</translation>
        </message>
        <message>
            <source>Saved as {path}. Nothing was sent: read it, then send it yourself to whoever helps you.</source>
            <translation>Gespeichert als {path}. Nichts wurde gesendet: Lies es, dann schick es selbst an jemanden, der dir hilft.</translation>
        </message>
    </context>
    <context>
        <name>app.control.commands.schedule</name>
        <message>
            <source>Nothing was said to set.</source>
            <translation>Es wurde nichts zum Festlegen genannt.</translation>
        </message>
        <message>
            <source>For example: train-at-home schedule set 22:00-07:00</source>
            <translation>Zum Beispiel: train-at-home schedule set 22:00-07:00</translation>
        </message>
        <message>
            <source>“{what}” can't be skipped.</source>
            <translation>„{what}“ lässt sich nicht auslassen.</translation>
        </message>
        <message>
            <source>For days: train-at-home schedule except 2026-12-24</source>
            <translation>Für Tage: train-at-home schedule except 2026-12-24</translation>
        </message>
        <message>
            <source>hours</source>
            <translation>Zeiten</translation>
        </message>
        <message>
            <source>days off</source>
            <translation>freie Tage</translation>
        </message>
        <message>
            <source>last start</source>
            <translation>letzter Beginn</translation>
        </message>
        <message numerus="yes">
            <source>{count} minutes before the end</source>
            <extracomment>For one: {count} minute before the end</extracomment>
            <translation>
                <numerusform>{count} Minute vor dem Ende</numerusform>
                <numerusform>{count} Minuten vor dem Ende</numerusform>
            </translation>
        </message>
        <message>
            <source>handing over</source>
            <translation>Übergabe</translation>
        </message>
        <message numerus="yes">
            <source>up to {count} minutes past the end</source>
            <extracomment>For one: up to {count} minute past the end</extracomment>
            <translation>
                <numerusform>bis zu {count} Minute nach dem Ende</numerusform>
                <numerusform>bis zu {count} Minuten nach dem Ende</numerusform>
            </translation>
        </message>
        <message>
            <source>next 7 days</source>
            <translation>nächste 7 Tage</translation>
        </message>
        <message>
            <source>no training</source>
            <translation>kein Training</translation>
        </message>
    </context>
    <context>
        <name>app.control.commands.update</name>
        <message>
            <source>This app runs from source and brings its own engine.</source>
            <translation>Diese App läuft aus dem Quelltext und bringt ihr eigenes Trainingsprogramm mit.</translation>
        </message>
        <message>
            <source>The training engine is here. Training can begin.</source>
            <translation>Das Trainingsprogramm ist da. Das Training kann beginnen.</translation>
        </message>
        <message>
            <source>This app runs from source: update it with git.</source>
            <translation>Diese App läuft aus dem Quelltext: Aktualisiere sie mit git.</translation>
        </message>
        <message>
            <source>Early versions are looked at too.</source>
            <translation>Auch Vorabversionen werden beachtet.</translation>
        </message>
        <message>
            <source>The new version is here. It runs from the next start on.</source>
            <translation>Die neue Version ist da. Sie läuft ab dem nächsten Start.</translation>
        </message>
        <message>
            <source>Fetch it now?</source>
            <translation>Jetzt holen?</translation>
        </message>
        <message>
            <source>Downloading</source>
            <translation>Wird heruntergeladen</translation>
        </message>
        <message>
            <source>Checking</source>
            <translation>Wird geprüft</translation>
        </message>
        <message>
            <source>Unpacking</source>
            <translation>Wird entpackt</translation>
        </message>
    </context>
    <context>
        <name>app.control.headless</name>
        <message>
            <source>No network was chosen yet.</source>
            <translation>Es wurde noch kein Netzwerk gewählt.</translation>
        </message>
        <message>
            <source>Add --network local to try it on this computer.</source>
            <translation>Mit --network local probierst du es auf diesem Computer aus.</translation>
        </message>
    </context>
    <context>
        <name>app.control.hotkey</name>
        <message>
            <source>The key's file can't be read: {problem}.</source>
            <translation>Die Datei des Schlüssels lässt sich nicht lesen: {problem}.</translation>
        </message>
        <message>
            <source>Restore it from a copy.</source>
            <translation>Stell ihn aus einer Kopie wieder her.</translation>
        </message>
        <message>
            <source>The key that was brought here is not there any more.</source>
            <translation>Der Schlüssel, der hierher gebracht wurde, ist nicht mehr da.</translation>
        </message>
        <message>
            <source>Restore it from its copy again.</source>
            <translation>Stell ihn noch einmal aus seiner Kopie her.</translation>
        </message>
        <message>
            <source>This computer's key is locked in its file.</source>
            <translation>Der Schlüssel dieses Computers ist in seiner Datei verschlossen.</translation>
        </message>
        <message>
            <source>Enter its password under “This computer's key”.</source>
            <translation>Gib sein Passwort unter „Schlüssel dieses Computers“ ein.</translation>
        </message>
        <message>
            <source>There is no key yet that could be saved.</source>
            <translation>Es gibt noch keinen Schlüssel, der sich sichern ließe.</translation>
        </message>
        <message>
            <source>Wait until the keychain is open.</source>
            <translation>Warte, bis der Schlüsselbund offen ist.</translation>
        </message>
        <message>
            <source>{advice} To keep it in a file with a password, open “This computer's key” in the settings.</source>
            <translation>{advice} Um ihn in einer Datei mit Passwort aufzubewahren, öffne „Schlüssel dieses Computers“ in den Einstellungen.</translation>
        </message>
    </context>
    <context>
        <name>app.control.live_view</name>
        <message>
            <source>step</source>
            <translation>Schritt</translation>
        </message>
        <message>
            <source>held-out loss</source>
            <translation>Fehlermaß auf neuem Text</translation>
        </message>
        <message>
            <source>run</source>
            <translation>Lauf</translation>
        </message>
        <message numerus="yes">
            <source>{share} done by {count} computers</source>
            <extracomment>For one: {share} done by {count} computer</extracomment>
            <translation>
                <numerusform>{share} geschafft von {count} Computer</numerusform>
                <numerusform>{share} geschafft von {count} Computern</numerusform>
            </translation>
        </message>
        <message>
            <source>tonight</source>
            <translation>heute Nacht</translation>
        </message>
        <message>
            <source>earned</source>
            <translation>verdient</translation>
        </message>
        <message>
            <source>{credited}, of it paid {paid}</source>
            <translation>{credited}, davon {paid} ausgezahlt</translation>
        </message>
        <message>
            <source>dashboard</source>
            <translation>Netzwerkseite</translation>
        </message>
        <message>
            <source>Ctrl-C hands over and ends</source>
            <translation>Strg-C übergibt und beendet</translation>
        </message>
    </context>
    <context>
        <name>app.control.logs</name>
        <message>
            <source>Check the profile's folder.</source>
            <translation>Prüf den Ordner des Profils.</translation>
        </message>
        <message>
            <source>The log can't be written: {problem}.</source>
            <translation>Das Protokoll lässt sich nicht schreiben: {problem}.</translation>
        </message>
    </context>
    <context>
        <name>app.control.removing</name>
        <message>
            <source>The app does not end, so nothing was removed.</source>
            <translation>Die App endet nicht, darum wurde nichts entfernt.</translation>
        </message>
        <message>
            <source>The app itself stays: delete its folder, {folder}.</source>
            <translation>Die App selbst bleibt: Lösch ihren Ordner, {folder}.</translation>
        </message>
        <message>
            <source>The app itself stays: put Train at Home from the Applications folder into the bin.</source>
            <translation>Die App selbst bleibt: Leg Train at Home aus dem Ordner „Programme“ in den Papierkorb.</translation>
        </message>
        <message>
            <source>The app itself stays: uninstall Train at Home under Settings, Apps.</source>
            <translation>Die App selbst bleibt: Deinstalliere Train at Home unter Einstellungen, Apps.</translation>
        </message>
        <message>
            <source>The app itself stays: run ~/.local/lib/train-at-home/uninstall.sh, or, where it came as a package, sudo apt remove train-at-home.</source>
            <translation>Die App selbst bleibt: Führ ~/.local/lib/train-at-home/uninstall.sh aus oder, wenn sie als Paket kam, sudo apt remove train-at-home.</translation>
        </message>
    </context>
    <context>
        <name>app.control.report_gathering</name>
        <message>
            <source>The app was not running, so its readings and outcomes are missing.</source>
            <translation>Die App lief nicht, darum fehlen ihre Messwerte und Ergebnisse.</translation>
        </message>
        <message>
            <source>The app did not answer: {why}</source>
            <translation>Die App hat nicht geantwortet: {why}</translation>
        </message>
        <message>
            <source>from source</source>
            <translation>aus dem Quelltext</translation>
        </message>
        <message>
            <source>as a package</source>
            <translation>als Paket</translation>
        </message>
    </context>
    <context>
        <name>app.control.reports.activity</name>
        <message>
            <source>So many days are not kept.</source>
            <translation>So viele Tage werden nicht aufbewahrt.</translation>
        </message>
        <message>
            <source>Ask for 1 to {most}.</source>
            <translation>Frag nach 1 bis {most}.</translation>
        </message>
    </context>
    <context>
        <name>app.control.reports.earnings_text</name>
        <message>
            <source>credited</source>
            <translation>gutgeschrieben</translation>
        </message>
        <message>
            <source>pending</source>
            <translation>ausstehend</translation>
        </message>
        <message>
            <source>held</source>
            <translation>einbehalten</translation>
        </message>
        <message>
            <source>paid</source>
            <translation>ausgezahlt</translation>
        </message>
        <message>
            <source>prices</source>
            <translation>Preise</translation>
        </message>
        <message>
            <source>payouts</source>
            <translation>Auszahlungen</translation>
        </message>
        <message>
            <source>ever</source>
            <translation>insgesamt</translation>
        </message>
        <message>
            <source>today</source>
            <translation>heute</translation>
        </message>
        <message numerus="yes">
            <source>in {count} days</source>
            <extracomment>For one: in {count} day</extracomment>
            <translation>
                <numerusform>in {count} Tag</numerusform>
                <numerusform>in {count} Tagen</numerusform>
            </translation>
        </message>
        <message>
            <source>{kwh} kWh ({source})</source>
            <translation>{kwh} kWh ({source})</translation>
        </message>
        <message>
            <source>measured</source>
            <translation>gemessen</translation>
        </message>
        <message>
            <source>by your meter</source>
            <translation>nach deinem Messgerät</translation>
        </message>
        <message>
            <source>estimated</source>
            <translation>geschätzt</translation>
        </message>
        <message>
            <source>price unknown</source>
            <translation>Preis unbekannt</translation>
        </message>
        <message>
            <source>{money} for {credit} of checked work</source>
            <translation>{money} für {credit} an geprüfter Arbeit</translation>
        </message>
        <message numerus="yes">
            <source>{count} sessions, {hours} h of training, {tokens} tokens</source>
            <extracomment>For one: {count} session, {hours} h of training, {tokens} tokens</extracomment>
            <translation>
                <numerusform>{count} Sitzung, {hours} h Training, {tokens} Token</numerusform>
                <numerusform>{count} Sitzungen, {hours} h Training, {tokens} Token</numerusform>
            </translation>
        </message>
        <message>
            <source>energy</source>
            <translation>Energie</translation>
        </message>
    </context>
    <context>
        <name>app.control.reports.limits_text</name>
        <message>
            <source>{name} = {now}   (before: {before})</source>
            <translation>{name} = {now}   (vorher: {before})</translation>
        </message>
        <message>
            <source>It counts once {switch} is automatic or on.</source>
            <translation>Es zählt, sobald {switch} auf automatic oder on steht.</translation>
        </message>
        <message>
            <source>It was so already.</source>
            <translation>So war es schon.</translation>
        </message>
        <message>
            <source>note</source>
            <translation>Hinweis</translation>
        </message>
        <message>
            <source>not asked for</source>
            <translation>nicht verlangt</translation>
        </message>
        <message>
            <source>yes</source>
            <translation>ja</translation>
        </message>
        <message>
            <source>no</source>
            <translation>nein</translation>
        </message>
        <message>
            <source>can't tell</source>
            <translation>nicht feststellbar</translation>
        </message>
        <message>
            <source>threads</source>
            <translation>Threads</translation>
        </message>
        <message>
            <source>graphics cards</source>
            <translation>Grafikkarten</translation>
        </message>
        <message>
            <source>of the time</source>
            <translation>der Zeit</translation>
        </message>
        <message>
            <source>graphics memory</source>
            <translation>Grafikspeicher</translation>
        </message>
        <message>
            <source>disk</source>
            <translation>Festplatte</translation>
        </message>
        <message>
            <source>{size}, and {free} stay free</source>
            <translation>{size}, und {free} bleiben frei</translation>
        </message>
        <message>
            <source>upload</source>
            <translation>Senden</translation>
        </message>
        <message>
            <source>download</source>
            <translation>Empfangen</translation>
        </message>
        <message>
            <source>data in a month</source>
            <translation>Daten im Monat</translation>
        </message>
        <message>
            <source>at most</source>
            <translation>höchstens</translation>
        </message>
        <message>
            <source>no limit</source>
            <translation>keine Grenze</translation>
        </message>
        <message>
            <source>{size} a second</source>
            <translation>{size} pro Sekunde</translation>
        </message>
    </context>
    <context>
        <name>app.control.server</name>
        <message>
            <source>The command line can't reach this app: {problem}.</source>
            <translation>Die Befehlszeile erreicht diese App nicht: {problem}.</translation>
        </message>
        <message>
            <source>Check who may write in the profile's folder.</source>
            <translation>Prüf, wer im Ordner des Profils schreiben darf.</translation>
        </message>
        <message>
            <source>Another program listens in its place. Log out and in again, then start the app anew.</source>
            <translation>Ein anderes Programm hört an seiner Stelle. Melde dich ab und wieder an und starte dann die App neu.</translation>
        </message>
        <message>
            <source>What was asked is too long for this app.</source>
            <translation>Die Anfrage ist zu lang für diese App.</translation>
        </message>
        <message>
            <source>Ask for less at once.</source>
            <translation>Frag nach weniger auf einmal.</translation>
        </message>
        <message>
            <source>Too many programs speak with this app at once.</source>
            <translation>Zu viele Programme sprechen zugleich mit dieser App.</translation>
        </message>
        <message>
            <source>Try again in a moment.</source>
            <translation>Versuch es gleich noch einmal.</translation>
        </message>
        <message>
            <source>This app belongs to another user of this computer.</source>
            <translation>Diese App gehört einem anderen Benutzer dieses Computers.</translation>
        </message>
        <message>
            <source>Only that user may ask it for anything.</source>
            <translation>Nur dieser Benutzer darf sie um etwas bitten.</translation>
        </message>
        <message>
            <source>This app speaks control version {ours}, not {theirs}.</source>
            <translation>Diese App spricht Steuerversion {ours}, nicht {theirs}.</translation>
        </message>
        <message>
            <source>Use the command line that came with the app.</source>
            <translation>Nimm die Befehlszeile, die mit der App kam.</translation>
        </message>
        <message>
            <source>This app made a mistake.</source>
            <translation>In dieser App ist ein Fehler passiert.</translation>
        </message>
        <message>
            <source>Its log says more.</source>
            <translation>Ihr Protokoll sagt mehr.</translation>
        </message>
        <message>
            <source>The first line must be a greeting.</source>
            <translation>Die erste Zeile muss eine Begrüßung sein.</translation>
        </message>
    </context>
    <context>
        <name>app.control.verbs</name>
        <message>
            <source>This app runs without a window.</source>
            <translation>Diese App läuft ohne Fenster.</translation>
        </message>
        <message>
            <source>Its state: train-at-home status</source>
            <translation>Ihr Zustand: train-at-home status</translation>
        </message>
        <message>
            <source>One greeting is enough.</source>
            <translation>Eine Begrüßung genügt.</translation>
        </message>
        <message>
            <source>So many days can't be added up.</source>
            <translation>So viele Tage lassen sich nicht zusammenzählen.</translation>
        </message>
        <message>
            <source>Ask for 1 to {most}, or leave it out for all.</source>
            <translation>Frag nach 1 bis {most}, oder lass es für alle weg.</translation>
        </message>
        <message>
            <source>The payout address can't be changed from outside the window.</source>
            <translation>Die Auszahlungsadresse lässt sich nur im Fenster ändern.</translation>
        </message>
        <message>
            <source>Open Train at Home and change it there; nothing else of this request was done.</source>
            <translation>Öffne Train at Home und ändere sie dort; auch sonst wurde von diesem Auftrag nichts ausgeführt.</translation>
        </message>
    </context>
    <context>
        <name>app.core.activity.store</name>
        <message>
            <source>What this computer does can't be written down: {problem}.</source>
            <translation>Was dieser Computer tut, lässt sich nicht aufschreiben: {problem}.</translation>
        </message>
        <message>
            <source>Free some disk space; training is not touched by that.</source>
            <translation>Mach etwas Platz auf der Festplatte; das Training ist davon nicht betroffen.</translation>
        </message>
        <message>
            <source>What this computer did can't be read: {problem}.</source>
            <translation>Was dieser Computer getan hat, lässt sich nicht lesen: {problem}.</translation>
        </message>
        <message>
            <source>Check who may read it.</source>
            <translation>Prüf, wer es lesen darf.</translation>
        </message>
    </context>
    <context>
        <name>app.core.activity.words</name>
        <message>
            <source>trained gently</source>
            <translation>sanft trainiert</translation>
        </message>
        <message>
            <source>trained</source>
            <translation>trainiert</translation>
        </message>
        <message>
            <source>, with less at once because memory ran short</source>
            <translation>, mit weniger auf einmal, weil der Arbeitsspeicher knapp wurde</translation>
        </message>
        <message>
            <source>stopped by an error</source>
            <translation>durch einen Fehler angehalten</translation>
        </message>
        <message>
            <source>stopped by an error: {title}</source>
            <translation>durch einen Fehler angehalten: {title}</translation>
        </message>
        <message>
            <source>the computer slept</source>
            <translation>Computer im Ruhezustand</translation>
        </message>
        <message>
            <source>the app did not run</source>
            <translation>App lief nicht</translation>
        </message>
        <message>
            <source>nothing was recorded</source>
            <translation>nichts aufgezeichnet</translation>
        </message>
        <message>
            <source>still to come</source>
            <translation>kommt noch</translation>
        </message>
        <message>
            <source>{times}: {what}.</source>
            <translation>{times}: {what}.</translation>
        </message>
        <message>
            <source>{begins} to {ends}</source>
            <translation>{begins} bis {ends}</translation>
        </message>
        <message>
            <source>{minutes} min</source>
            <translation>{minutes} min</translation>
        </message>
        <message>
            <source>{hours} h</source>
            <translation>{hours} h</translation>
        </message>
        <message>
            <source>{hours} h {minutes} min</source>
            <translation>{hours} h {minutes} min</translation>
        </message>
        <message>
            <source>Today</source>
            <translation>Heute</translation>
        </message>
        <message>
            <source>Yesterday</source>
            <translation>Gestern</translation>
        </message>
        <message>
            <source>{first} to {last}</source>
            <translation>{first} bis {last}</translation>
        </message>
        <message>
            <source>Trained {length}, earned {money}</source>
            <translation>{length} trainiert, {money} verdient</translation>
        </message>
        <message>
            <source>Trained {length}</source>
            <translation>{length} trainiert</translation>
        </message>
        <message>
            <source>Nothing was recorded</source>
            <translation>Nichts aufgezeichnet</translation>
        </message>
        <message>
            <source>Did not train</source>
            <translation>Nicht trainiert</translation>
        </message>
        <message>
            <source>Did not train: {what}</source>
            <translation>Nicht trainiert: {what}</translation>
        </message>
        <message>
            <source>{text}; earned {money}</source>
            <translation>{text}; {money} verdient</translation>
        </message>
        <message>
            <source>; a day of {hours} h, since clocks changed</source>
            <translation>; ein Tag mit {hours} h, weil die Uhren umgestellt wurden</translation>
        </message>
        <message>
            <source>Your hours have not come yet in the last seven days.</source>
            <translation>Deine Zeiten kamen in den letzten sieben Tagen noch nicht vor.</translation>
        </message>
        <message>
            <source>Last night was left out, as you asked.</source>
            <translation>Die letzte Nacht wurde ausgelassen, wie du es wolltest.</translation>
        </message>
        <message>
            <source>{when}: nothing is recorded yet. What is done appears here after a minute.</source>
            <translation>{when}: noch nichts aufgezeichnet. Was getan ist, erscheint hier nach einer Minute.</translation>
        </message>
        <message>
            <source>{when}: nothing was recorded.</source>
            <translation>{when}: nichts aufgezeichnet.</translation>
        </message>
        <message>
            <source>{when}: trained all of {whole}.</source>
            <translation>{when}: die ganzen {whole} trainiert.</translation>
        </message>
        <message>
            <source>{when}: did not train in {whole}</source>
            <translation>{when}: in {whole} nicht trainiert</translation>
        </message>
        <message>
            <source>{when}: trained {trained} of {whole}</source>
            <translation>{when}: {trained} von {whole} trainiert</translation>
        </message>
        <message>
            <source>; </source>
            <translation>; </translation>
        </message>
        <message>
            <source>In the last 24 hours</source>
            <translation>In den letzten 24 Stunden</translation>
        </message>
        <message>
            <source>Tonight so far</source>
            <translation>Heute Nacht bisher</translation>
        </message>
        <message>
            <source>Last night</source>
            <translation>Letzte Nacht</translation>
        </message>
        <message>
            <source>In your hours since {day}, {time}</source>
            <translation>In deinen Zeiten seit {day}, {time}</translation>
        </message>
        <message>
            <source>In your last hours, from {day}, {time}</source>
            <translation>In deinen letzten Zeiten, ab {day}, {time}</translation>
        </message>
        <message numerus="yes">
            <source>{count} shorter interruptions</source>
            <extracomment>For one: one shorter interruption</extracomment>
            <translation>
                <numerusform>eine kürzere Unterbrechung</numerusform>
                <numerusform>{count} kürzere Unterbrechungen</numerusform>
            </translation>
        </message>
        <message>
            <source>from {time} with less at once, because memory ran short</source>
            <translation>ab {time} mit weniger auf einmal, weil der Arbeitsspeicher knapp wurde</translation>
        </message>
        <message>
            <source>paused from {begins} to {ends}, {why}</source>
            <translation>von {begins} bis {ends} pausiert, {why}</translation>
        </message>
        <message>
            <source>because the computer was going to sleep</source>
            <translation>weil der Computer in den Ruhezustand ging</translation>
        </message>
        <message>
            <source>because this version was too old</source>
            <translation>weil diese Version zu alt war</translation>
        </message>
        <message>
            <source>because the computer was on battery</source>
            <translation>weil der Computer mit Akku lief</translation>
        </message>
        <message>
            <source>because the battery was not charged enough</source>
            <translation>weil der Akku nicht voll genug war</translation>
        </message>
        <message>
            <source>because the computer was saving energy</source>
            <translation>weil der Computer Energie sparte</translation>
        </message>
        <message>
            <source>because electricity cost too much</source>
            <translation>weil Strom zu teuer war</translation>
        </message>
        <message>
            <source>because the connection was paid by volume</source>
            <translation>weil die Verbindung nach Datenmenge bezahlt wird</translation>
        </message>
        <message>
            <source>because the month's data allowance was used up</source>
            <translation>weil die Datenmenge des Monats aufgebraucht war</translation>
        </message>
        <message>
            <source>because a program of yours needed the computer</source>
            <translation>weil eins deiner Programme den Computer brauchte</translation>
        </message>
        <message>
            <source>because something filled the screen</source>
            <translation>weil etwas den Bildschirm füllte</translation>
        </message>
        <message>
            <source>because somebody else used the computer</source>
            <translation>weil jemand anders den Computer benutzte</translation>
        </message>
        <message>
            <source>because you were using the computer</source>
            <translation>weil du den Computer benutzt hast</translation>
        </message>
        <message>
            <source>because the computer was too hot</source>
            <translation>weil der Computer zu heiß war</translation>
        </message>
        <message>
            <source>because the graphics card was too hot</source>
            <translation>weil die Grafikkarte zu heiß war</translation>
        </message>
        <message>
            <source>because the fans were too loud</source>
            <translation>weil die Lüfter zu laut waren</translation>
        </message>
        <message>
            <source>because too little memory was free</source>
            <translation>weil zu wenig Arbeitsspeicher frei war</translation>
        </message>
        <message>
            <source>because too little disk space was free</source>
            <translation>weil zu wenig Platz auf der Festplatte war</translation>
        </message>
        <message>
            <source>because the network could not be reached</source>
            <translation>weil das Netzwerk nicht zu erreichen war</translation>
        </message>
        <message>
            <source>from {begins} to {ends} {what}</source>
            <translation>von {begins} bis {ends}: {what}</translation>
        </message>
        <message>
            <source>was starting</source>
            <translation>wird gestartet</translation>
        </message>
        <message>
            <source>downloaded its part of the model</source>
            <translation>Teil des Modells heruntergeladen</translation>
        </message>
        <message>
            <source>waited for other computers</source>
            <translation>auf andere Computer gewartet</translation>
        </message>
        <message>
            <source>waited for the next training, since one was done</source>
            <translation>auf das nächste Training gewartet, da eins zu Ende war</translation>
        </message>
        <message>
            <source>paused, because the app could not tell about a condition that you asked to watch</source>
            <translation>pausiert, weil die App eine Bedingung nicht feststellen konnte, auf die sie achten soll</translation>
        </message>
        <message>
            <source>left out, as you asked</source>
            <translation>ausgelassen, wie du es wolltest</translation>
        </message>
        <message>
            <source>a day off</source>
            <translation>ein freier Tag</translation>
        </message>
        <message>
            <source>too late to begin in these hours</source>
            <translation>zu spät, um in diesen Zeiten noch zu beginnen</translation>
        </message>
        <message>
            <source>outside your hours</source>
            <translation>außerhalb deiner Zeiten</translation>
        </message>
        <message>
            <source>paused by you</source>
            <translation>von dir pausiert</translation>
        </message>
        <message>
            <source>turned off by you</source>
            <translation>von dir ausgeschaltet</translation>
        </message>
        <message>
            <source>finished, as you asked</source>
            <translation>zu Ende gebracht, wie du es wolltest</translation>
        </message>
        <message>
            <source>no network was chosen</source>
            <translation>kein Netzwerk gewählt</translation>
        </message>
        <message>
            <source>paused</source>
            <translation>pausiert</translation>
        </message>
        <message>
            <source>paused, {why}</source>
            <translation>pausiert, {why}</translation>
        </message>
    </context>
    <context>
        <name>app.core.computer.device_words</name>
        <message>
            <source>Suitable</source>
            <translation>Geeignet</translation>
        </message>
        <message>
            <source>Limited</source>
            <translation>Eingeschränkt</translation>
        </message>
        <message>
            <source>Not suitable</source>
            <translation>Nicht geeignet</translation>
        </message>
        <message>
            <source>It can hold a part of a large model and train it well.</source>
            <translation>Es kann einen Teil eines großen Modells halten und gut trainieren.</translation>
        </message>
        <message>
            <source>{size} of memory</source>
            <translation>{size} Speicher</translation>
        </message>
        <message>
            <source>1 core</source>
            <translation>1 Kern</translation>
        </message>
        <message>
            <source>{count} cores</source>
            <translation>{count} Kerne</translation>
        </message>
        <message>
            <source>driver {version}</source>
            <translation>Treiber {version}</translation>
        </message>
        <message>
            <source>Free disk space is not known. Training may take {size}.</source>
            <translation>Der freie Platz auf der Festplatte ist nicht bekannt. Das Training darf {size} nehmen.</translation>
        </message>
        <message>
            <source>Only {free} of the disk are free, and {kept} must stay free. Make room, or keep less free under Limits.</source>
            <translation>Auf der Festplatte sind nur {free} frei, und {kept} müssen frei bleiben. Mach Platz, oder lass unter „Grenzen“ weniger frei.</translation>
        </message>
        <message>
            <source>{free} of the disk are free; training may take {size} of that.</source>
            <translation>Auf der Festplatte sind {free} frei; das Training darf {size} davon nehmen.</translation>
        </message>
        <message>
            <source>This computer suits: {name} can train.</source>
            <translation>Dieser Computer eignet sich: {name} kann trainieren.</translation>
        </message>
        <message>
            <source>This computer can train, with limits.</source>
            <translation>Dieser Computer kann eingeschränkt trainieren.</translation>
        </message>
        <message>
            <source>Nothing in this computer can train.</source>
            <translation>Nichts in diesem Computer kann trainieren.</translation>
        </message>
        <message>
            <source>Computes with CUDA</source>
            <translation>Rechnet mit CUDA</translation>
        </message>
        <message>
            <source>Computes with ROCm</source>
            <translation>Rechnet mit ROCm</translation>
        </message>
        <message>
            <source>Computes with XPU</source>
            <translation>Rechnet mit XPU</translation>
        </message>
        <message>
            <source>Computes with Metal (MPS)</source>
            <translation>Rechnet mit Metal (MPS)</translation>
        </message>
        <message>
            <source>Computes on the processor</source>
            <translation>Rechnet auf dem Prozessor</translation>
        </message>
        <message>
            <source>Its driver is too old for the training engine. Install the newest one from its maker.</source>
            <translation>Ihr Treiber ist zu alt für das Trainingsprogramm. Installiere den neuesten des Herstellers.</translation>
        </message>
        <message>
            <source>The training engine has no code for this chip.</source>
            <translation>Das Trainingsprogramm hat keinen Code für diesen Chip.</translation>
        </message>
        <message>
            <source>The training engine can't use it on this operating system.</source>
            <translation>Auf diesem Betriebssystem kann das Trainingsprogramm es nicht verwenden.</translation>
        </message>
        <message>
            <source>It has too little memory even for a small part of a model.</source>
            <translation>Es hat selbst für einen kleinen Teil eines Modells zu wenig Speicher.</translation>
        </message>
        <message>
            <source>Its memory is enough for small parts of a model only.</source>
            <translation>Sein Speicher reicht nur für kleine Teile eines Modells.</translation>
        </message>
        <message>
            <source>It can train, but a graphics card would be many times as fast.</source>
            <translation>Er kann trainieren, aber eine Grafikkarte wäre um ein Vielfaches schneller.</translation>
        </message>
        <message>
            <source>It could train too. The graphics card is many times as fast, so that is used.</source>
            <translation>Er könnte auch trainieren. Die Grafikkarte ist um ein Vielfaches schneller, darum wird sie verwendet.</translation>
        </message>
    </context>
    <context>
        <name>app.core.computer.line_words</name>
        <message>
            <source>The internet line was not measured: no network is chosen yet.</source>
            <translation>Die Internetleitung wurde nicht gemessen: Es ist noch kein Netzwerk gewählt.</translation>
        </message>
        <message>
            <source>The internet line was not measured: a network on this computer needs none.</source>
            <translation>Die Internetleitung wurde nicht gemessen: Ein Netzwerk auf diesem Computer braucht keine.</translation>
        </message>
        <message>
            <source>The internet line was not measured: it is, or may be, paid by volume.</source>
            <translation>Die Internetleitung wurde nicht gemessen: Sie wird (vielleicht) nach Datenmenge bezahlt.</translation>
        </message>
        <message>
            <source>The internet line was not measured: too little is left of this month's data for it.</source>
            <translation>Die Internetleitung wurde nicht gemessen: Von den Daten dieses Monats ist dafür zu wenig übrig.</translation>
        </message>
        <message>
            <source>The internet line was not measured: how much of this month's data is used up can't be read.</source>
            <translation>Die Internetleitung wurde nicht gemessen: Wie viel von den Daten dieses Monats verbraucht ist, lässt sich nicht lesen.</translation>
        </message>
        <message>
            <source>The internet line was not measured: the training engine on this computer is older and can't do that yet.</source>
            <translation>Die Internetleitung wurde nicht gemessen: Das Trainingsprogramm auf diesem Computer ist älter und kann das noch nicht.</translation>
        </message>
        <message>
            <source>The internet line was not measured: the network does not answer. Check the internet connection.</source>
            <translation>Die Internetleitung wurde nicht gemessen: Das Netzwerk antwortet nicht. Prüf die Internetverbindung.</translation>
        </message>
        <message>
            <source>The internet line was not measured: the network has too much to do, or the connection broke off. Measure again in some minutes.</source>
            <translation>Die Internetleitung wurde nicht gemessen: Das Netzwerk hat zu viel zu tun, oder die Verbindung brach ab. Miss in ein paar Minuten noch einmal.</translation>
        </message>
        <message>
            <source>The internet line was not measured: this network does not offer that.</source>
            <translation>Die Internetleitung wurde nicht gemessen: Dieses Netzwerk bietet das nicht an.</translation>
        </message>
        <message>
            <source>The internet line was not measured: in some seconds hardly anything came through, too little for training.</source>
            <translation>Die Internetleitung wurde nicht gemessen: In einigen Sekunden kam kaum etwas durch, zu wenig zum Trainieren.</translation>
        </message>
        <message>
            <source>Before that, it measures your internet line for some seconds, with bytes that mean nothing, to {host} and back: at most {amount}, which count towards this month's data.</source>
            <translation>Zuvor wird einige Sekunden lang deine Internetleitung gemessen, mit Daten ohne Bedeutung, zu {host} und zurück: höchstens {amount}; sie zählen zu den Daten dieses Monats.</translation>
        </message>
        <message>
            <source>Nothing is sent: your internet line is measured too once a network is chosen.</source>
            <translation>Es wird nichts gesendet: Deine Internetleitung wird auch gemessen, sobald ein Netzwerk gewählt ist.</translation>
        </message>
        <message>
            <source>Nothing is sent.</source>
            <translation>Es wird nichts gesendet.</translation>
        </message>
        <message>
            <source>{up} up, {down} down</source>
            <translation>{up} senden, {down} empfangen</translation>
        </message>
        <message>
            <source>over {rate} Mbit/s</source>
            <translation>über {rate} Mbit/s</translation>
        </message>
        <message>
            <source>{rate} Mbit/s</source>
            <translation>{rate} Mbit/s</translation>
        </message>
        <message>
            <source>Your own limits for sending and receiving hold it there.</source>
            <translation>Mehr lassen deine eigenen Grenzen für Senden und Empfangen nicht zu.</translation>
        </message>
        <message>
            <source>Your own limit for sending allows no more.</source>
            <translation>Mehr lässt deine eigene Grenze für das Senden nicht zu.</translation>
        </message>
        <message>
            <source>Your own limit for receiving allows no more.</source>
            <translation>Mehr lässt deine eigene Grenze für das Empfangen nicht zu.</translation>
        </message>
        <message>
            <source>While it trains, what this computer sends is compressed as much as the line up asks for.</source>
            <translation>Beim Training wird, was dieser Computer sendet, so stark komprimiert, wie es die Leitung beim Senden verlangt.</translation>
        </message>
        <message>
            <source>Thin for “{title}”: even compressed {times} times, only about {share} of what this computer could compute there can be sent in time. The rest of its time it waits.</source>
            <translation>Knapp für „{title}“: Selbst {times}-fach komprimiert lässt sich nur etwa {share} von dem, was dieser Computer dort rechnen könnte, rechtzeitig senden. Die übrige Zeit wartet er.</translation>
        </message>
        <message>
            <source>Enough for “{title}”: everything this computer computes there can be sent in time, even uncompressed.</source>
            <translation>Genug für „{title}“: Alles, was dieser Computer dort rechnet, lässt sich rechtzeitig senden, sogar unkomprimiert.</translation>
        </message>
        <message>
            <source>Enough for “{title}”: everything this computer computes there can be sent in time, compressed {times} times.</source>
            <translation>Genug für „{title}“: Alles, was dieser Computer dort rechnet, lässt sich rechtzeitig senden, {times}-fach komprimiert.</translation>
        </message>
    </context>
    <context>
        <name>app.core.computer.speed</name>
        <message>
            <source>The system ended the measurement, most likely because memory ran out.</source>
            <translation>Das System hat die Messung beendet, wohl weil der Arbeitsspeicher ausging.</translation>
        </message>
        <message>
            <source>Close other programs and measure again.</source>
            <translation>Schließ andere Programme und miss noch einmal.</translation>
        </message>
        <message>
            <source>The log says more.</source>
            <translation>Das Protokoll sagt mehr.</translation>
        </message>
        <message>
            <source>The measurement ended before it was done (code {code}).</source>
            <translation>Die Messung endete, bevor sie fertig war (Code {code}).</translation>
        </message>
        <message>
            <source>Stopped, as you asked.</source>
            <translation>Angehalten, wie du es wolltest.</translation>
        </message>
        <message>
            <source>Nothing was measured.</source>
            <translation>Es wurde nichts gemessen.</translation>
        </message>
        <message>
            <source>The measurement did not answer any more and was ended.</source>
            <translation>Die Messung antwortete nicht mehr und wurde beendet.</translation>
        </message>
        <message>
            <source>Measure again when the computer is less busy.</source>
            <translation>Miss noch einmal, wenn der Computer weniger zu tun hat.</translation>
        </message>
        <message>
            <source>The measurement took longer than a minute and was ended.</source>
            <translation>Die Messung dauerte länger als eine Minute und wurde beendet.</translation>
        </message>
        <message>
            <source>The measurement said what this app can't read.</source>
            <translation>Die Messung sagte etwas, das diese App nicht lesen kann.</translation>
        </message>
        <message>
            <source>Update the app and its training engine, then measure again.</source>
            <translation>Aktualisiere die App und ihr Trainingsprogramm, dann miss noch einmal.</translation>
        </message>
        <message>
            <source>This computer is training now, so its speed can't be measured beside that.</source>
            <translation>Dieser Computer trainiert gerade, darum lässt sich sein Tempo nicht daneben messen.</translation>
        </message>
        <message>
            <source>Pause it first, then measure.</source>
            <translation>Pausiere erst, dann miss.</translation>
        </message>
    </context>
    <context>
        <name>app.core.computer.speed_words</name>
        <message>
            <source>Measuring the internet line…</source>
            <translation>Misst die Internetleitung…</translation>
        </message>
        <message>
            <source>Warming up…</source>
            <translation>Läuft sich warm…</translation>
        </message>
        <message>
            <source>Measuring: {speed} tokens a second</source>
            <translation>Misst: {speed} Token pro Sekunde</translation>
        </message>
        <message>
            <source>{celsius} °C</source>
            <translation>{celsius} °C</translation>
        </message>
        <message>
            <source>{low} to {high} tokens an hour</source>
            <translation>{low} bis {high} Token pro Stunde</translation>
        </message>
        <message>
            <source>A token is a piece of a word. This was a small test part with {weights} weights; a real part is larger and takes longer for each token. The lower figure allows for waiting for other computers.</source>
            <translation>Ein Token ist ein Stück eines Wortes. Das war ein kleiner Probeteil mit {weights} Gewichten; ein echter Teil ist größer und braucht länger für jedes Token. Die niedrigere Zahl rechnet das Warten auf andere Computer ein.</translation>
        </message>
        <message>
            <source>Other programs were busy meanwhile; in a quiet hour it may be more.</source>
            <translation>Andere Programme waren dabei beschäftigt; in einer ruhigen Stunde kann es mehr sein.</translation>
        </message>
        <message>
            <source>This computer will earn little: a gaming graphics card of the middle class does about {times} times as much. Its work counts all the same.</source>
            <translation>Dieser Computer wird wenig verdienen: Eine Spiele-Grafikkarte der Mittelklasse schafft etwa {times}-mal so viel. Seine Arbeit zählt trotzdem.</translation>
        </message>
        <message>
            <source>A gaming graphics card of the middle class does about {times} times as much.</source>
            <translation>Eine Spiele-Grafikkarte der Mittelklasse schafft etwa {times}-mal so viel.</translation>
        </message>
        <message>
            <source>That is about as much as a gaming graphics card of the middle class does, or more.</source>
            <translation>Das ist etwa so viel, wie eine Spiele-Grafikkarte der Mittelklasse schafft, oder mehr.</translation>
        </message>
    </context>
    <context>
        <name>app.core.computer.wakefulness</name>
        <message>
            <source>This system does not let the app keep the computer awake while it trains.</source>
            <translation>Dieses System lässt die App den Computer beim Training nicht wach halten.</translation>
        </message>
        <message>
            <source>It may fall asleep in the middle of your hours. Turn off sleeping in the system's own settings.</source>
            <translation>Er kann mitten in deinen Zeiten einschlafen. Schalte den Ruhezustand in den Einstellungen des Systems aus.</translation>
        </message>
    </context>
    <context>
        <name>app.core.engine.child_process</name>
        <message>
            <source>Install the app again.</source>
            <translation>Installiere die App neu.</translation>
        </message>
        <message>
            <source>Start the app again.</source>
            <translation>Starte die App neu.</translation>
        </message>
        <message>
            <source>{name} can't be started: {problem}.</source>
            <translation>{name} lässt sich nicht starten: {problem}.</translation>
        </message>
    </context>
    <context>
        <name>app.core.engine.orders</name>
        <message>
            <source>Free some disk space, or check who may write there.</source>
            <translation>Mach etwas Platz auf der Festplatte, oder prüf, wer dort schreiben darf.</translation>
        </message>
        <message>
            <source>{path} can't be made: {problem}.</source>
            <translation>{path} lässt sich nicht anlegen: {problem}.</translation>
        </message>
    </context>
    <context>
        <name>app.core.engine.phase</name>
        <message>
            <source>The engine crashed ({status}).</source>
            <translation>Das Trainingsprogramm ist abgestürzt ({status}).</translation>
        </message>
        <message>
            <source>The system ended the engine, most likely because memory ran out.</source>
            <translation>Das System hat das Trainingsprogramm beendet, sehr wahrscheinlich, weil der Speicher ausging.</translation>
        </message>
        <message>
            <source>Close other programs, or give training less memory under Limits.</source>
            <translation>Schließ andere Programme, oder gib dem Training unter „Grenzen“ weniger Speicher.</translation>
        </message>
        <message>
            <source>The engine ended unexpectedly (exit code {code}).</source>
            <translation>Das Trainingsprogramm endete unerwartet (Code {code}).</translation>
        </message>
        <message>
            <source>The engine crashed (signal {signal}).</source>
            <translation>Das Trainingsprogramm ist abgestürzt (Signal {signal}).</translation>
        </message>
        <message>
            <source>The engine belongs to another version of this app.</source>
            <translation>Das Trainingsprogramm gehört zu einer anderen Version dieser App.</translation>
        </message>
    </context>
    <context>
        <name>app.core.engine.process</name>
        <message>
            <source>The engine did not answer any more and was ended.</source>
            <translation>Das Trainingsprogramm antwortete nicht mehr und wurde beendet.</translation>
        </message>
        <message>
            <source>The engine did not answer when it was started.</source>
            <translation>Das Trainingsprogramm hat beim Start nicht geantwortet.</translation>
        </message>
    </context>
    <context>
        <name>app.core.example</name>
        <message>
            <source>An example network</source>
            <translation>Ein Beispielnetzwerk</translation>
        </message>
        <message>
            <source>An example training</source>
            <translation>Ein Beispieltraining</translation>
        </message>
    </context>
    <context>
        <name>app.core.gates.words</name>
        <message>
            <source>processor {now} °C</source>
            <translation>Prozessor {now} °C</translation>
        </message>
        <message>
            <source>processor {now} of {most} °C</source>
            <translation>Prozessor {now} von {most} °C</translation>
        </message>
        <message>
            <source>graphics card {now} °C</source>
            <translation>Grafikkarte {now} °C</translation>
        </message>
        <message>
            <source>graphics card {now} of {most} °C</source>
            <translation>Grafikkarte {now} von {most} °C</translation>
        </message>
        <message>
            <source>{now} memory free</source>
            <translation>{now} Arbeitsspeicher frei</translation>
        </message>
        <message>
            <source>{now} memory free, {least} wanted</source>
            <translation>{now} Arbeitsspeicher frei, {least} verlangt</translation>
        </message>
        <message>
            <source>{now} disk free</source>
            <translation>{now} Festplatte frei</translation>
        </message>
        <message>
            <source>{now} disk free, {least} wanted</source>
            <translation>{now} Festplatte frei, {least} verlangt</translation>
        </message>
        <message>
            <source>{used} of {most} this month</source>
            <translation>{used} von {most} in diesem Monat</translation>
        </message>
        <message>
            <source>{used} this month</source>
            <translation>{used} in diesem Monat</translation>
        </message>
        <message>
            <source>{fact}, says {source}</source>
            <translation>{fact}, sagt {source}</translation>
        </message>
        <message>
            <source>{fact}; looked at again at {time}</source>
            <translation>{fact}; nächster Blick: {time}</translation>
        </message>
        <message>
            <source>This system has no way that we know of to start the app with your session.</source>
            <translation>Dieses System hat keinen uns bekannten Weg, die App mit deiner Anmeldung zu starten.</translation>
        </message>
        <message>
            <source>The app does not start with your session.</source>
            <translation>Die App startet nicht mit deiner Anmeldung.</translation>
        </message>
        <message>
            <source>The app starts with your session, from the next one on ({way}).</source>
            <translation>Die App startet mit deiner Anmeldung, ab der nächsten ({way}).</translation>
        </message>
        <message>
            <source>If it should die, the system brings it back.</source>
            <translation>Sollte sie abstürzen, startet das System sie wieder.</translation>
        </message>
        <message>
            <source>If it should die, it comes back with the next session.</source>
            <translation>Sollte sie abstürzen, kommt sie mit der nächsten Anmeldung wieder.</translation>
        </message>
        <message>
            <source>The network was not asked yet</source>
            <translation>Das Netzwerk wurde noch nicht gefragt</translation>
        </message>
        <message>
            <source>No programs are watched for, or none could be listed</source>
            <translation>Es wird auf keine Programme geachtet, oder es ließen sich keine auflisten</translation>
        </message>
        <message>
            <source>What was sent and received this month can't be read</source>
            <translation>Was diesen Monat gesendet und empfangen wurde, lässt sich nicht lesen</translation>
        </message>
        <message>
            <source>No price of electricity is given: it is set in Earnings, under Prices</source>
            <translation>Kein Strompreis ist angegeben: Er steht beim Verdienst unter „Preise“</translation>
        </message>
        <message>
            <source>Nothing on this computer tells</source>
            <translation>Nichts auf diesem Computer gibt Auskunft</translation>
        </message>
        <message>
            <source>A network is chosen</source>
            <translation>Ein Netzwerk ist gewählt</translation>
        </message>
        <message>
            <source>No network is chosen</source>
            <translation>Kein Netzwerk ist gewählt</translation>
        </message>
        <message>
            <source>The computer is awake</source>
            <translation>Der Computer ist wach</translation>
        </message>
        <message>
            <source>The computer is about to sleep</source>
            <translation>Der Computer geht gleich in den Ruhezustand</translation>
        </message>
        <message>
            <source>The network speaks this version</source>
            <translation>Das Netzwerk spricht diese Version</translation>
        </message>
        <message>
            <source>The network speaks another version</source>
            <translation>Das Netzwerk spricht eine andere Version</translation>
        </message>
        <message>
            <source>The clock is within your hours</source>
            <translation>Die Uhr steht innerhalb deiner Zeiten</translation>
        </message>
        <message>
            <source>The clock is outside your hours</source>
            <translation>Die Uhr steht außerhalb deiner Zeiten</translation>
        </message>
        <message>
            <source>An address is given</source>
            <translation>Eine Adresse ist angegeben</translation>
        </message>
        <message>
            <source>No address is given; credit is kept until one is</source>
            <translation>Keine Adresse angegeben; die Gutschrift bleibt bewahrt, bis es eine gibt</translation>
        </message>
        <message>
            <source>Energy is not being saved</source>
            <translation>Es wird keine Energie gespart</translation>
        </message>
        <message>
            <source>The computer saves energy</source>
            <translation>Der Computer spart Energie</translation>
        </message>
        <message>
            <source>A kilowatt hour costs {now}, {limit} at most</source>
            <translation>Eine Kilowattstunde kostet {now}, höchstens {limit}</translation>
        </message>
        <message>
            <source>The battery is not in use</source>
            <translation>Der Akku ist nicht in Gebrauch</translation>
        </message>
        <message>
            <source>Battery at {share}, {least} wanted</source>
            <translation>Akku bei {share}, {least} verlangt</translation>
        </message>
        <message>
            <source>On mains</source>
            <translation>Am Stromnetz</translation>
        </message>
        <message>
            <source>On battery</source>
            <translation>Im Akkubetrieb</translation>
        </message>
        <message>
            <source>On mains, battery at {share}</source>
            <translation>Am Stromnetz, Akku bei {share}</translation>
        </message>
        <message>
            <source>On battery, {share} left</source>
            <translation>Im Akkubetrieb, noch {share}</translation>
        </message>
        <message>
            <source>The connection is not paid by volume</source>
            <translation>Die Verbindung wird nicht nach Datenmenge bezahlt</translation>
        </message>
        <message>
            <source>The connection is paid by volume</source>
            <translation>Die Verbindung wird nach Datenmenge bezahlt</translation>
        </message>
        <message>
            <source>There is no way out to the internet</source>
            <translation>Es gibt keinen Weg ins Internet</translation>
        </message>
        <message>
            <source>The network answered</source>
            <translation>Das Netzwerk hat geantwortet</translation>
        </message>
        <message>
            <source>The network did not answer</source>
            <translation>Das Netzwerk hat nicht geantwortet</translation>
        </message>
        <message>
            <source>{used} of {most} used this month</source>
            <translation>{used} von {most} in diesem Monat verbraucht</translation>
        </message>
        <message>
            <source>Last touched {seconds} s ago, {least} s wanted</source>
            <translation>Zuletzt vor {seconds} s berührt, {least} s verlangt</translation>
        </message>
        <message>
            <source>No watched program runs</source>
            <translation>Keins der beachteten Programme läuft</translation>
        </message>
        <message>
            <source>{names} runs</source>
            <translation>{names} läuft</translation>
        </message>
        <message>
            <source>Nobody else is at this computer</source>
            <translation>Niemand sonst ist an diesem Computer</translation>
        </message>
        <message>
            <source>{name} is at this computer</source>
            <translation>{name} ist an diesem Computer</translation>
        </message>
        <message>
            <source>Somebody else</source>
            <translation>Jemand anders</translation>
        </message>
        <message>
            <source>Nothing fills the screen</source>
            <translation>Nichts füllt den Bildschirm</translation>
        </message>
        <message>
            <source>{name} fills the screen</source>
            <translation>{name} füllt den Bildschirm</translation>
        </message>
        <message>
            <source>Something</source>
            <translation>Etwas</translation>
        </message>
        <message>
            <source>The system is cool enough for full speed</source>
            <translation>Das System ist kühl genug für volles Tempo</translation>
        </message>
        <message>
            <source>The system slows itself down for heat</source>
            <translation>Das System wird wegen Hitze langsamer</translation>
        </message>
        <message>
            <source>{now} free, {least} wanted</source>
            <translation>{now} frei, {least} verlangt</translation>
        </message>
        <message>
            <source>{now} rpm, {most} rpm at most, so it goes gently</source>
            <translation>{now} U/min, höchstens {most} U/min, also geht es sanft</translation>
        </message>
        <message>
            <source>{now} rpm, {most} rpm at most</source>
            <translation>{now} U/min, höchstens {most} U/min</translation>
        </message>
        <message>
            <source>{now} °C, {most} °C at most, so it goes gently</source>
            <translation>{now} °C, höchstens {most} °C, also geht es sanft</translation>
        </message>
        <message>
            <source>{now} °C, {most} °C at most</source>
            <translation>{now} °C, höchstens {most} °C</translation>
        </message>
    </context>
    <context>
        <name>app.core.hours.changes</name>
        <message>
            <source>With no hours at all this computer would never train.</source>
            <translation>Ganz ohne Zeiten würde dieser Computer nie trainieren.</translation>
        </message>
        <message>
            <source>Add hours, or allow any.</source>
            <translation>Füg Zeiten hinzu oder erlaub jede.</translation>
        </message>
        <message>
            <source>No hours are set, so there is no night to leave out.</source>
            <translation>Es sind keine Zeiten festgelegt, also gibt es keine Nacht auszulassen.</translation>
        </message>
        <message>
            <source>Pause until the morning instead.</source>
            <translation>Pausiere stattdessen bis zum Morgen.</translation>
        </message>
        <message>
            <source>There are no hours to leave out.</source>
            <translation>Es gibt keine Zeiten auszulassen.</translation>
        </message>
        <message>
            <source>The days off: train-at-home schedule show</source>
            <translation>Die freien Tage: train-at-home schedule show</translation>
        </message>
        <message>
            <source>{day} is no day off.</source>
            <translation>{day} ist kein freier Tag.</translation>
        </message>
        <message>
            <source>These hours were not set, so nothing was removed.</source>
            <translation>Diese Zeiten waren nicht festgelegt, darum wurde nichts entfernt.</translation>
        </message>
        <message>
            <source>See: train-at-home schedule show</source>
            <translation>Siehe: train-at-home schedule show</translation>
        </message>
        <message>
            <source>Up to 120 are.</source>
            <translation>Bis zu 120 gehen.</translation>
        </message>
        <message>
            <source>{minutes} minutes past the end are not possible.</source>
            <translation>{minutes} Minuten nach dem Ende sind nicht möglich.</translation>
        </message>
        <message>
            <source>A last start {minutes} minutes before the end is not possible.</source>
            <translation>Ein letzter Beginn {minutes} Minuten vor dem Ende ist nicht möglich.</translation>
        </message>
        <message>
            <source>From 0 to 1439 are.</source>
            <translation>Möglich sind 0 bis 1439.</translation>
        </message>
        <message>
            <source>With the last start {minutes} minutes before the end, hours that are {shortest} minutes long would never begin.</source>
            <translation>Mit dem letzten Beginn {minutes} Minuten vor dem Ende würden Zeiten von {shortest} Minuten nie beginnen.</translation>
        </message>
        <message>
            <source>Choose fewer minutes, or longer hours.</source>
            <translation>Nimm weniger Minuten oder längere Zeiten.</translation>
        </message>
        <message>
            <source>The days off from {first} to {last} end before they begin.</source>
            <translation>Die freien Tage von {first} bis {last} enden, bevor sie beginnen.</translation>
        </message>
        <message>
            <source>Swap them.</source>
            <translation>Vertausch sie.</translation>
        </message>
        <message>
            <source>Days off are a year at most.</source>
            <translation>Freie Tage gehen höchstens ein Jahr.</translation>
        </message>
        <message>
            <source>For longer, turn training off until you turn it on again.</source>
            <translation>Für länger: Schalte das Training aus, bis du es wieder einschaltest.</translation>
        </message>
    </context>
    <context>
        <name>app.core.hours.cron</name>
        <message>
            <source>“{line}” can't be read as a line of cron.</source>
            <translation>„{line}“ ist nicht als Zeile von cron zu lesen.</translation>
        </message>
        <message>
            <source>“{line}” names days of the year, and hours here repeat every week.</source>
            <translation>„{line}“ nennt Tage des Jahres, und Zeiten wiederholen sich hier jede Woche.</translation>
        </message>
        <message>
            <source>Leave its third and fourth field as *; days off are set beside the hours.</source>
            <translation>Lass das dritte und vierte Feld *; freie Tage stehen neben den Zeiten.</translation>
        </message>
        <message>
            <source>“{line}” names moments, not hours.</source>
            <translation>„{line}“ nennt Augenblicke, keine Zeiten.</translation>
        </message>
        <message>
            <source>Write it like * 22-23,0-6 * * mon-fri: every minute that it names is one to train in.</source>
            <translation>Schreib sie wie * 22-23,0-6 * * mon-fri: In jeder Minute, die sie nennt, wird trainiert.</translation>
        </message>
    </context>
    <context>
        <name>app.core.hours.parsing</name>
        <message>
            <source>Write them like 2026-12-24 or 2026-12-24..2026-12-26.</source>
            <translation>Schreib sie wie 2026-12-24 oder 2026-12-24..2026-12-26.</translation>
        </message>
        <message>
            <source>“{text}” are not days.</source>
            <translation>„{text}“ sind keine Tage.</translation>
        </message>
        <message>
            <source>Write it like 22:00-07:00, fri 22:00-06:00, weekdays 09:00-17:00 gently or weekends all day.</source>
            <translation>Schreib es wie 22:00-07:00, fri 22:00-06:00, weekdays 09:00-17:00 gently oder weekends all day.</translation>
        </message>
        <message>
            <source>“{text}” says no hours.</source>
            <translation>„{text}“ nennt keine Zeiten.</translation>
        </message>
        <message>
            <source>“{text}” should say once how many minutes “{word}” is.</source>
            <translation>„{text}“ sollte einmal sagen, wie viele Minuten „{word}“ ist.</translation>
        </message>
        <message>
            <source>Write it like 22:00-07:00 last-start 30 overrun 10.</source>
            <translation>Schreib es wie 22:00-07:00 last-start 30 overrun 10.</translation>
        </message>
        <message>
            <source>“{text}” names no days.</source>
            <translation>„{text}“ nennt keine Tage.</translation>
        </message>
        <message>
            <source>“{word}” in “{text}” is no weekday.</source>
            <translation>„{word}“ in „{text}“ ist kein Wochentag.</translation>
        </message>
        <message>
            <source>Write it like 2026-12-24.</source>
            <translation>Schreib es wie 2026-12-24.</translation>
        </message>
        <message>
            <source>“{text}” is not a date.</source>
            <translation>„{text}“ ist kein Datum.</translation>
        </message>
        <message>
            <source>{day} is too far away.</source>
            <translation>{day} ist zu weit weg.</translation>
        </message>
    </context>
    <context>
        <name>app.core.hours.schedule</name>
        <message>
            <source>Write it like 22:00-07:00, or: always.</source>
            <translation>Schreib es wie 22:00-07:00, oder: always (immer).</translation>
        </message>
        <message>
            <source>“{text}” is not a span of hours.</source>
            <translation>„{text}“ ist keine Zeitspanne.</translation>
        </message>
        <message>
            <source>For the whole day write 00:00-24:00.</source>
            <translation>Für den ganzen Tag schreib 00:00-24:00.</translation>
        </message>
        <message>
            <source>“{text}” begins and ends at the same time.</source>
            <translation>„{text}“ beginnt und endet zur selben Zeit.</translation>
        </message>
    </context>
    <context>
        <name>app.core.hours.words</name>
        <message>
            <source>At any hour</source>
            <translation>Zu jeder Zeit</translation>
        </message>
        <message>
            <source>Never: no hours are set</source>
            <translation>Nie: keine Zeiten festgelegt</translation>
        </message>
        <message>
            <source>{hours}; {exception}</source>
            <translation>{hours}; {exception}</translation>
        </message>
        <message>
            <source>, to begin up to the end</source>
            <translation>, Beginn bis zum Ende möglich</translation>
        </message>
        <message>
            <source>, nothing new in the last {minutes} min</source>
            <translation>, nichts Neues in den letzten {minutes} min</translation>
        </message>
        <message>
            <source>, {minutes} min to hand over</source>
            <translation>, {minutes} min zum Übergeben</translation>
        </message>
        <message>
            <source>day and night, gently</source>
            <translation>Tag und Nacht, sanft</translation>
        </message>
        <message>
            <source>day and night</source>
            <translation>Tag und Nacht</translation>
        </message>
        <message>
            <source>{days} all day, gently</source>
            <translation>{days} ganztags, sanft</translation>
        </message>
        <message>
            <source>{days} all day</source>
            <translation>{days} ganztags</translation>
        </message>
        <message>
            <source>{days} {start} to {end}, gently</source>
            <translation>{days} {start} bis {end}, sanft</translation>
        </message>
        <message>
            <source>{days} {start} to {end}</source>
            <translation>{days} {start} bis {end}</translation>
        </message>
        <message>
            <source>off on {day}</source>
            <translation>frei am {day}</translation>
        </message>
        <message>
            <source>off from {first} to {last}</source>
            <translation>frei vom {first} bis {last}</translation>
        </message>
        <message>
            <source>not tonight</source>
            <translation>heute Nacht nicht</translation>
        </message>
        <message>
            <source>not today</source>
            <translation>heute nicht</translation>
        </message>
        <message>
            <source>not on {day} from {time}</source>
            <translation>nicht am {day} ab {time}</translation>
        </message>
        <message>
            <source>{day} from {start} on, {what}</source>
            <translation>{day} ab {start}, {what}</translation>
        </message>
        <message>
            <source>{day} {times}, {what}</source>
            <translation>{day} {times}, {what}</translation>
        </message>
        <message>
            <source>, nothing new after {time}</source>
            <translation>, nichts Neues nach {time}</translation>
        </message>
        <message>
            <source>, handing over until {time}</source>
            <translation>, Übergabe bis {time}</translation>
        </message>
        <message>
            <source>{start} to {end}</source>
            <translation>{start} bis {end}</translation>
        </message>
        <message>
            <source>{weekday} {date}</source>
            <translation>{weekday} {date}</translation>
        </message>
        <message>
            <source>training, as you asked</source>
            <translation>Training, wie du es wolltest</translation>
        </message>
        <message>
            <source>day off</source>
            <translation>freier Tag</translation>
        </message>
        <message>
            <source>left out</source>
            <translation>ausgelassen</translation>
        </message>
        <message>
            <source>off</source>
            <translation>aus</translation>
        </message>
        <message>
            <source> (clocks go forward, {minutes} min shorter)</source>
            <translation> (Uhren werden vorgestellt, {minutes} min kürzer)</translation>
        </message>
        <message>
            <source> (clocks go back, {minutes} min longer)</source>
            <translation> (Uhren werden zurückgestellt, {minutes} min länger)</translation>
        </message>
        <message>
            <source>training</source>
            <translation>Training</translation>
        </message>
        <message>
            <source>training, gently</source>
            <translation>Training, sanft</translation>
        </message>
        <message>
            <source>Monday</source>
            <translation>Montag</translation>
        </message>
        <message>
            <source>Tuesday</source>
            <translation>Dienstag</translation>
        </message>
        <message>
            <source>Wednesday</source>
            <translation>Mittwoch</translation>
        </message>
        <message>
            <source>Thursday</source>
            <translation>Donnerstag</translation>
        </message>
        <message>
            <source>Friday</source>
            <translation>Freitag</translation>
        </message>
        <message>
            <source>Saturday</source>
            <translation>Samstag</translation>
        </message>
        <message>
            <source>Sunday</source>
            <translation>Sonntag</translation>
        </message>
        <message>
            <source>{hours}; and {count} more</source>
            <translation>{hours}; und {count} weitere</translation>
        </message>
        <message>
            <source>nights</source>
            <translation>nachts</translation>
        </message>
        <message>
            <source>every day</source>
            <translation>jeden Tag</translation>
        </message>
        <message>
            <source>weekend nights</source>
            <translation>nachts am Wochenende</translation>
        </message>
        <message>
            <source>weekends</source>
            <translation>am Wochenende</translation>
        </message>
        <message>
            <source>Monday to Friday</source>
            <translation>Montag bis Freitag</translation>
        </message>
        <message>
            <source>{list} and {last}</source>
            <translation>{list} und {last}</translation>
        </message>
        <message>
            <source>, </source>
            <translation>, </translation>
        </message>
    </context>
    <context>
        <name>app.core.identity.choice</name>
        <message>
            <source>A password of fewer than {count} characters is soon guessed.</source>
            <translation>Ein Passwort mit weniger als {count} Zeichen ist bald erraten.</translation>
        </message>
        <message>
            <source>Take a longer one, such as four random words.</source>
            <translation>Nimm ein längeres, etwa vier zufällige Wörter.</translation>
        </message>
    </context>
    <context>
        <name>app.core.identity.file</name>
        <message>
            <source>The password doesn't open this file, or the file was changed.</source>
            <translation>Das Passwort öffnet diese Datei nicht, oder die Datei wurde verändert.</translation>
        </message>
        <message>
            <source>Try the password again.</source>
            <translation>Versuch das Passwort noch einmal.</translation>
        </message>
        <message>
            <source>This file names another key than it holds.</source>
            <translation>Diese Datei nennt einen anderen Schlüssel, als sie enthält.</translation>
        </message>
        <message>
            <source>Use another copy of it.</source>
            <translation>Nimm eine andere Kopie davon.</translation>
        </message>
        <message>
            <source>This file was written by a later version of this app.</source>
            <translation>Diese Datei wurde von einer späteren Version dieser App geschrieben.</translation>
        </message>
        <message>
            <source>Update this app first.</source>
            <translation>Aktualisiere erst diese App.</translation>
        </message>
        <message>
            <source>This is no file with a device's key.</source>
            <translation>Das ist keine Datei mit dem Schlüssel eines Geräts.</translation>
        </message>
        <message>
            <source>Choose the one that “Save a copy” has written.</source>
            <translation>Wähle die, die „Kopie sichern“ geschrieben hat.</translation>
        </message>
    </context>
    <context>
        <name>app.core.identity.keeper</name>
        <message>
            <source>{name} can't be read: {problem}.</source>
            <translation>{name} lässt sich nicht lesen: {problem}.</translation>
        </message>
        <message>
            <source>Choose the file again.</source>
            <translation>Wähle die Datei noch einmal.</translation>
        </message>
    </context>
    <context>
        <name>app.core.identity.key_opening</name>
        <message>
            <source>This device's key can't be opened.</source>
            <translation>Der Schlüssel dieses Geräts lässt sich nicht öffnen.</translation>
        </message>
        <message>
            <source>It is tried again by itself.</source>
            <translation>Es wird von selbst wieder versucht.</translation>
        </message>
    </context>
    <context>
        <name>app.core.language.dates</name>
        <message>
            <source>Mon</source>
            <translation>Mo</translation>
        </message>
        <message>
            <source>Tue</source>
            <translation>Di</translation>
        </message>
        <message>
            <source>Wed</source>
            <translation>Mi</translation>
        </message>
        <message>
            <source>Thu</source>
            <translation>Do</translation>
        </message>
        <message>
            <source>Fri</source>
            <translation>Fr</translation>
        </message>
        <message>
            <source>Sat</source>
            <translation>Sa</translation>
        </message>
        <message>
            <source>Sun</source>
            <translation>So</translation>
        </message>
        <message>
            <source>Jan</source>
            <translation>Jan.</translation>
        </message>
        <message>
            <source>Feb</source>
            <translation>Feb.</translation>
        </message>
        <message>
            <source>Mar</source>
            <translation>März</translation>
        </message>
        <message>
            <source>Apr</source>
            <translation>Apr.</translation>
        </message>
        <message>
            <source>May</source>
            <translation>Mai</translation>
        </message>
        <message>
            <source>Jun</source>
            <translation>Juni</translation>
        </message>
        <message>
            <source>Jul</source>
            <translation>Juli</translation>
        </message>
        <message>
            <source>Aug</source>
            <translation>Aug.</translation>
        </message>
        <message>
            <source>Sep</source>
            <translation>Sept.</translation>
        </message>
        <message>
            <source>Oct</source>
            <translation>Okt.</translation>
        </message>
        <message>
            <source>Nov</source>
            <translation>Nov.</translation>
        </message>
        <message>
            <source>Dec</source>
            <translation>Dez.</translation>
        </message>
        <message>
            <source>{day} {month}</source>
            <translation>{day}. {month}</translation>
        </message>
        <message>
            <source>{date} {year}</source>
            <translation>{date} {year}</translation>
        </message>
    </context>
    <context>
        <name>app.core.language.overheard</name>
        <message>
            <source>Waiting for other computers</source>
            <translation>Wartet auf andere Computer</translation>
        </message>
        <message>
            <source>The network closed the event stream.</source>
            <translation>Das Netzwerk hat die Verbindung geschlossen.</translation>
        </message>
        <message>
            <source>The connection to the network was lost.</source>
            <translation>Die Verbindung zum Netzwerk ging verloren.</translation>
        </message>
        <message>
            <source>Check the address and the internet connection.</source>
            <translation>Prüf die Adresse und die Internetverbindung.</translation>
        </message>
        <message>
            <source>What answers at this address is not a Train at Home network.</source>
            <translation>Was unter dieser Adresse antwortet, ist kein Netzwerk von Train at Home.</translation>
        </message>
        <message>
            <source>Check the address.</source>
            <translation>Prüf die Adresse.</translation>
        </message>
        <message>
            <source>Check the address for a typing mistake.</source>
            <translation>Prüf die Adresse auf Tippfehler.</translation>
        </message>
        <message>
            <source>Update this program.</source>
            <translation>Aktualisiere dieses Programm.</translation>
        </message>
        <message>
            <source>It is tried again.</source>
            <translation>Es wird wieder versucht.</translation>
        </message>
        <message>
            <source>Try again.</source>
            <translation>Versuch es noch einmal.</translation>
        </message>
        <message>
            <source>Set the clock to automatic time and try again.</source>
            <translation>Stell die Uhr auf automatische Zeit, und versuch es noch einmal.</translation>
        </message>
        <message>
            <source>Check which hotkey is in use.</source>
            <translation>Prüf, welcher Hotkey in Gebrauch ist.</translation>
        </message>
        <message>
            <source>The record of work can't be written.</source>
            <translation>Das Arbeitsprotokoll lässt sich nicht schreiben.</translation>
        </message>
        <message>
            <source>This computer's node key is damaged.</source>
            <translation>Der Knotenschlüssel dieses Computers ist beschädigt.</translation>
        </message>
        <message>
            <source>What this month's data allowance has been used for can't be read.</source>
            <translation>Was von der Datenmenge dieses Monats verbraucht ist, lässt sich nicht lesen.</translation>
        </message>
        <message>
            <source>The settings allow too little of the disk to save this part of the model.</source>
            <translation>Du erlaubst zu wenig von der Platte, um diesen Teil des Modells zu speichern.</translation>
        </message>
        <message>
            <source>Let this computer hold a smaller shard, or allow more memory in the settings.</source>
            <translation>Lass diesen Computer einen kleineren Teil halten, oder erlaub in den Einstellungen mehr Arbeitsspeicher.</translation>
        </message>
        <message>
            <source>The device that computes did not answer any more.</source>
            <translation>Das Gerät, das rechnet, hat nicht mehr geantwortet.</translation>
        </message>
        <message>
            <source>If this comes back, start the computer anew and update the driver of its graphics card.</source>
            <translation>Wenn das wieder vorkommt, starte den Computer neu und aktualisiere den Treiber seiner Grafikkarte.</translation>
        </message>
        <message>
            <source>A gradient came out as not a number.</source>
            <translation>Bei einem Schritt kam keine Zahl heraus.</translation>
        </message>
        <message>
            <source>The step is left out and training goes on.</source>
            <translation>Der Schritt wird ausgelassen, und das Training geht weiter.</translation>
        </message>
        <message>
            <source>It was damaged or forged and has been dropped.</source>
            <translation>Es war beschädigt oder gefälscht und wurde verworfen.</translation>
        </message>
        <message>
            <source>The chain's answer was lost.</source>
            <translation>Die Antwort der Chain ging verloren.</translation>
        </message>
        <message>
            <source>See whether you are online; it is tried again.</source>
            <translation>Sieh nach, ob du online bist; es wird wieder versucht.</translation>
        </message>
        <message>
            <source>The chain speaks a version that this program does not know.</source>
            <translation>Die Chain spricht eine Version, die dieses Programm nicht kennt.</translation>
        </message>
        <message>
            <source>This computer has no keychain.</source>
            <translation>Dieser Computer hat keinen Schlüsselbund.</translation>
        </message>
        <message>
            <source>The keychain is locked.</source>
            <translation>Der Schlüsselbund ist verschlossen.</translation>
        </message>
        <message>
            <source>Unlock it, or sign in at the screen, and try again.</source>
            <translation>Schließ ihn auf, oder melde dich am Bildschirm an, und versuch es noch einmal.</translation>
        </message>
        <message>
            <source>The keychain was never set up.</source>
            <translation>Der Schlüsselbund wurde nie eingerichtet.</translation>
        </message>
        <message>
            <source>Open it once at the screen, or use a key file.</source>
            <translation>Öffne ihn einmal am Bildschirm, oder nimm eine Schlüsseldatei.</translation>
        </message>
        <message>
            <source>The keychain refused.</source>
            <translation>Der Schlüsselbund hat abgelehnt.</translation>
        </message>
        <message>
            <source>The keychain did not keep the new key.</source>
            <translation>Der Schlüsselbund hat den neuen Schlüssel nicht behalten.</translation>
        </message>
        <message>
            <source>no address</source>
            <translation>keine Adresse</translation>
        </message>
        <message>
            <source>the address can't be used</source>
            <translation>die Adresse ist nicht brauchbar</translation>
        </message>
        <message>
            <source>the chain did not take it</source>
            <translation>die Chain hat es nicht angenommen</translation>
        </message>
        <message>
            <source>Install and unlock a keychain (GNOME Keyring or KWallet), or keep the key in a file.</source>
            <translation>Installiere einen Schlüsselbund (GNOME Keyring oder KWallet) und schließ ihn auf, oder bewahr den Schlüssel in einer Datei auf.</translation>
        </message>
    </context>
    <context>
        <name>app.core.language.speech</name>
        <message>
            <source>{sentence}.</source>
            <translation>{sentence}.</translation>
        </message>
    </context>
    <context>
        <name>app.core.money.asking</name>
        <message>
            <source>The network's ledger answered with far too much.</source>
            <translation>Das Kontobuch des Netzwerks hat viel zu viel geantwortet.</translation>
        </message>
        <message>
            <source>The network's ledger can't be reached: {why}.</source>
            <translation>Das Kontobuch des Netzwerks ist nicht erreichbar: {why}.</translation>
        </message>
        <message>
            <source>It is asked again by itself.</source>
            <translation>Es wird von selbst wieder gefragt.</translation>
        </message>
        <message>
            <source>The network's ledger answers with an error ({status}).</source>
            <translation>Das Kontobuch des Netzwerks antwortet mit einem Fehler ({status}).</translation>
        </message>
        <message>
            <source>The network's ledger told sums that can't be.</source>
            <translation>Das Kontobuch des Netzwerks nannte unmögliche Summen.</translation>
        </message>
        <message>
            <source>The network's ledger told times that can't be.</source>
            <translation>Das Kontobuch des Netzwerks nannte Zeiten, die es nicht geben kann.</translation>
        </message>
    </context>
    <context>
        <name>app.core.money.earnings</name>
        <message>
            <source>{count} calculations</source>
            <translation>{count} Rechenschritte</translation>
        </message>
    </context>
    <context>
        <name>app.core.money.explorer</name>
        <message>
            <source>it must begin with https://</source>
            <translation>sie muss mit https:// beginnen</translation>
        </message>
        <message>
            <source>{blank} is none of {blanks}</source>
            <translation>{blank} ist keins von {blanks}</translation>
        </message>
        <message>
            <source>it must hold one of {blanks}</source>
            <translation>sie muss eins von {blanks} enthalten</translation>
        </message>
        <message>
            <source>only what comes after the site's name may be filled in</source>
            <translation>nur was nach dem Namen der Website kommt, darf ausgefüllt werden</translation>
        </message>
        <message>
            <source>it is not a web address</source>
            <translation>sie ist keine Webadresse</translation>
        </message>
    </context>
    <context>
        <name>app.core.money.next_payout_words</name>
        <message>
            <source>Enough for the next payout. The network pays out from {least} on.</source>
            <translation>Genug für die nächste Auszahlung. Das Netzwerk zahlt ab {least} aus.</translation>
        </message>
        <message>
            <source>{money} to go until the next payout. The network pays out from {least} on.</source>
            <translation>Noch {money} bis zur nächsten Auszahlung. Das Netzwerk zahlt ab {least} aus.</translation>
        </message>
        <message>
            <source>The network is deciding on payouts about now.</source>
            <translation>Das Netzwerk entscheidet etwa jetzt über Auszahlungen.</translation>
        </message>
        <message>
            <source>The network next decides on payouts at about {time}.</source>
            <translation>Das Netzwerk entscheidet das nächste Mal gegen {time} über Auszahlungen.</translation>
        </message>
        <message>
            <source>The network next decides on payouts on {date} at about {time}.</source>
            <translation>Das Netzwerk entscheidet das nächste Mal am {date} gegen {time} über Auszahlungen.</translation>
        </message>
    </context>
    <context>
        <name>app.core.money.prices_words</name>
        <message>
            <source>{money} for each hour of it</source>
            <translation>{money} für jede Stunde davon</translation>
        </message>
        <message numerus="yes">
            <source>{count} days ago</source>
            <extracomment>For one: a day ago</extracomment>
            <translation>
                <numerusform>vor einem Tag</numerusform>
                <numerusform>vor {count} Tagen</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>{count} hours ago</source>
            <extracomment>For one: an hour ago</extracomment>
            <translation>
                <numerusform>vor einer Stunde</numerusform>
                <numerusform>vor {count} Stunden</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>{count} minutes ago</source>
            <extracomment>For one: a minute ago</extracomment>
            <translation>
                <numerusform>vor einer Minute</numerusform>
                <numerusform>vor {count} Minuten</numerusform>
            </translation>
        </message>
        <message>
            <source>just now</source>
            <translation>gerade eben</translation>
        </message>
        <message>
            <source>The price of α is unknown: the network's pool could not be asked.</source>
            <translation>Der Preis von α ist unbekannt: Der Pool des Netzwerks ließ sich nicht fragen.</translation>
        </message>
        <message>
            <source>1 α = {price}, from the pool of subnet {netuid} on chain, {age}.</source>
            <translation>1 α = {price}, aus dem Pool des Subnetzes {netuid} auf der Chain, {age}.</translation>
        </message>
        <message>
            <source>The price of TAO in {currency} is unknown: type it in under “Prices”.</source>
            <translation>Der Preis von TAO in {currency} ist unbekannt: Gib ihn unter „Preise“ ein.</translation>
        </message>
        <message>
            <source>1 τ = {price}, as you typed it {age}.</source>
            <translation>1 τ = {price}, wie du es {age} eingegeben hast.</translation>
        </message>
        <message>
            <source>That is old.</source>
            <translation>Das ist alt.</translation>
        </message>
    </context>
    <context>
        <name>app.core.money.settings</name>
        <message>
            <source>An electricity price can't be below zero.</source>
            <translation>Ein Strompreis kann nicht unter null liegen.</translation>
        </message>
        <message>
            <source>Enter what one kilowatt hour costs you.</source>
            <translation>Gib ein, was dich eine Kilowattstunde kostet.</translation>
        </message>
        <message>
            <source>A price of nothing can't be used.</source>
            <translation>Ein Preis von nichts ist nicht brauchbar.</translation>
        </message>
        <message>
            <source>Enter what one TAO is worth, or leave it empty.</source>
            <translation>Gib ein, was ein TAO wert ist, oder lass es leer.</translation>
        </message>
        <message>
            <source>This can't be a computer's power.</source>
            <translation>Das kann nicht die Leistung eines Computers sein.</translation>
        </message>
        <message>
            <source>Enter the watts that a meter shows while it trains.</source>
            <translation>Gib die Watt ein, die ein Messgerät beim Training zeigt.</translation>
        </message>
        <message>
            <source>A currency has three letters.</source>
            <translation>Eine Währung hat drei Buchstaben.</translation>
        </message>
        <message>
            <source>Enter for instance EUR or USD.</source>
            <translation>Gib zum Beispiel EUR oder USD ein.</translation>
        </message>
    </context>
    <context>
        <name>app.core.money.setup</name>
        <message>
            <source>No ledger can be asked here.</source>
            <translation>Hier lässt sich kein Kontobuch fragen.</translation>
        </message>
        <message>
            <source>No chain can be asked here.</source>
            <translation>Hier lässt sich keine Chain fragen.</translation>
        </message>
    </context>
    <context>
        <name>app.core.money.store</name>
        <message>
            <source>{unread} parts of your earnings' history could not be read and are left out.</source>
            <translation>{unread} Teile deines Verdienstverlaufs waren nicht zu lesen und fehlen.</translation>
        </message>
        <message>
            <source>The network's own ledger is not touched by that. The file is kept as {backup}.</source>
            <translation>Das Kontobuch des Netzwerks ist davon nicht betroffen. Die Datei bleibt erhalten als {backup}.</translation>
        </message>
        <message>
            <source>Your earnings' history can't be written: {problem}.</source>
            <translation>Dein Verdienstverlauf lässt sich nicht schreiben: {problem}.</translation>
        </message>
        <message>
            <source>Free some disk space; nothing is lost.</source>
            <translation>Mach etwas Platz auf der Festplatte; nichts ist verloren.</translation>
        </message>
        <message>
            <source>Your earnings' history can't be read: {problem}.</source>
            <translation>Dein Verdienstverlauf lässt sich nicht lesen: {problem}.</translation>
        </message>
    </context>
    <context>
        <name>app.core.money.why</name>
        <message>
            <source>No network was chosen yet, so there is nothing to earn from.</source>
            <translation>Es wurde noch kein Netzwerk gewählt, also gibt es nichts zu verdienen.</translation>
        </message>
        <message>
            <source>This computer did not train in this time.</source>
            <translation>Dieser Computer hat in dieser Zeit nicht trainiert.</translation>
        </message>
        <message>
            <source>Training has just begun. What is done is counted within a minute or two.</source>
            <translation>Das Training hat gerade erst begonnen. Was getan ist, wird in ein, zwei Minuten gezählt.</translation>
        </message>
        <message>
            <source>The network's ledger can't be asked now, so its figures may be old. {reason}</source>
            <translation>Das Kontobuch des Netzwerks lässt sich gerade nicht fragen, darum können seine Zahlen alt sein. {reason}</translation>
        </message>
        <message>
            <source>The network has told nothing yet. Figures appear a moment after training begins.</source>
            <translation>Das Netzwerk hat noch nichts gemeldet. Zahlen erscheinen kurz nach dem Beginn des Trainings.</translation>
        </message>
        <message>
            <source>Work was done but none is confirmed yet: it counts once another computer has confirmed it.</source>
            <translation>Es wurde gearbeitet, aber noch nichts bestätigt: Es zählt, sobald ein anderer Computer es bestätigt hat.</translation>
        </message>
        <message>
            <source>Earlier work was checked and marked down. The network's page shows each verdict and why.</source>
            <translation>Frühere Arbeit wurde geprüft und abgewertet. Die Seite des Netzwerks zeigt jedes Urteil und warum.</translation>
        </message>
        <message>
            <source>Work was credited. It becomes money when the network has checked it and next settles its accounts.</source>
            <translation>Arbeit wurde gutgeschrieben. Sie wird zu Geld, wenn das Netzwerk sie geprüft hat und das nächste Mal abrechnet.</translation>
        </message>
        <message>
            <source>There is no payout address.</source>
            <translation>Es gibt keine Auszahlungsadresse.</translation>
        </message>
        <message>
            <source>What you earn is kept for you until you add one.</source>
            <translation>Was du verdienst, wird für dich aufbewahrt, bis du eine angibst.</translation>
        </message>
        <message>
            <source>{money} wait for you until you add one.</source>
            <translation>{money} warten auf dich, bis du eine angibst.</translation>
        </message>
        <message>
            <source>The network doesn't know your payout address yet. It hears of it when this computer next trains.</source>
            <translation>Das Netzwerk kennt deine Auszahlungsadresse noch nicht. Es erfährt sie, wenn dieser Computer das nächste Mal trainiert.</translation>
        </message>
        <message>
            <source>{money} are still below the {least} from which this network pays out.</source>
            <translation>{money} liegen noch unter den {least}, ab denen dieses Netzwerk auszahlt.</translation>
        </message>
        <message>
            <source>{money} are held by the network</source>
            <translation>{money} behält das Netzwerk ein</translation>
        </message>
        <message>
            <source>{what}: {reason}</source>
            <translation>{what}: {reason}</translation>
        </message>
        <message>
            <source>{money} are credited and will be paid with the network's next payout.</source>
            <translation>{money} sind gutgeschrieben und werden mit der nächsten Auszahlung des Netzwerks gezahlt.</translation>
        </message>
        <message>
            <source>This is play money: a network on this computer pays nothing real.</source>
            <translation>Das ist Spielgeld: Ein Netzwerk auf diesem Computer zahlt nichts Echtes.</translation>
        </message>
    </context>
    <context>
        <name>app.core.network.invitations</name>
        <message>
            <source>The address in this link has letters that addresses don't have.</source>
            <translation>Die Adresse in diesem Link hat Zeichen, die Adressen nicht haben.</translation>
        </message>
        <message>
            <source>This link is too long to be an invitation.</source>
            <translation>Dieser Link ist zu lang für eine Einladung.</translation>
        </message>
        <message>
            <source>This is no link that Train at Home understands.</source>
            <translation>Diesen Link versteht Train at Home nicht.</translation>
        </message>
        <message>
            <source>This link is damaged.</source>
            <translation>Dieser Link ist beschädigt.</translation>
        </message>
        <message>
            <source>This link asks for something that this version doesn't know.</source>
            <translation>Dieser Link verlangt etwas, das diese Version nicht kennt.</translation>
        </message>
        <message>
            <source>The network in this link is not among those that this app knows.</source>
            <translation>Das Netzwerk in diesem Link ist keins von denen, die diese App kennt.</translation>
        </message>
        <message>
            <source>Update the app, or ask for the network's address.</source>
            <translation>Aktualisiere die App, oder frag nach der Adresse des Netzwerks.</translation>
        </message>
        <message>
            <source>Ask whoever gave it to you for a new one.</source>
            <translation>Bitte um einen neuen, wo du diesen her hast.</translation>
        </message>
    </context>
    <context>
        <name>app.core.network.keeper</name>
        <message>
            <source>Try on this computer</source>
            <translation>Auf diesem Computer ausprobieren</translation>
        </message>
        <message>
            <source>The network “{name}” is not known any more.</source>
            <translation>Das Netzwerk „{name}“ ist nicht mehr bekannt.</translation>
        </message>
        <message>
            <source>Choose another one.</source>
            <translation>Wähle ein anderes.</translation>
        </message>
        <message>
            <source>The network on this computer crashed (signal {signal}).</source>
            <translation>Das Netzwerk auf diesem Computer ist abgestürzt (Signal {signal}).</translation>
        </message>
        <message>
            <source>The network on this computer crashed ({status}).</source>
            <translation>Das Netzwerk auf diesem Computer ist abgestürzt ({status}).</translation>
        </message>
        <message>
            <source>The network on this computer ended unexpectedly (exit code {code}).</source>
            <translation>Das Netzwerk auf diesem Computer endete unerwartet (Code {code}).</translation>
        </message>
        <message>
            <source>The network on this computer ended.</source>
            <translation>Das Netzwerk auf diesem Computer ist zu Ende.</translation>
        </message>
    </context>
    <context>
        <name>app.core.network.known</name>
        <message>
            <source>The list of known networks can't be read: {problem}.</source>
            <translation>Die Liste bekannter Netzwerke lässt sich nicht lesen: {problem}.</translation>
        </message>
        <message>
            <source>The network “{name}” needs an orchestrator_url.</source>
            <translation>Dem Netzwerk „{name}“ fehlt eine orchestrator_url.</translation>
        </message>
        <message>
            <source>nobody else knows the chain on this computer</source>
            <translation>niemand sonst kennt die Chain auf diesem Computer</translation>
        </message>
        <message>
            <source>The explorer_url of the network “{name}” can't be used: {problem}.</source>
            <translation>Die explorer_url des Netzwerks „{name}“ ist nicht brauchbar: {problem}.</translation>
        </message>
        <message>
            <source>There is no network “{text}”.</source>
            <translation>Es gibt kein Netzwerk „{text}“.</translation>
        </message>
        <message>
            <source>Known are: {names}. An address begins with https://.</source>
            <translation>Bekannt sind: {names}. Eine Adresse beginnt mit https://.</translation>
        </message>
        <message>
            <source>It begins with https://.</source>
            <translation>Sie beginnt mit https://.</translation>
        </message>
        <message>
            <source>“{text}” is not a web address.</source>
            <translation>„{text}“ ist keine Webadresse.</translation>
        </message>
        <message>
            <source>An address with a name or password in it is not accepted.</source>
            <translation>Eine Adresse mit einem Namen oder Passwort darin wird nicht angenommen.</translation>
        </message>
        <message>
            <source>Leave out what is before @.</source>
            <translation>Lass weg, was vor dem @ steht.</translation>
        </message>
        <message>
            <source>An address with ? or # is not accepted.</source>
            <translation>Eine Adresse mit ? oder # wird nicht angenommen.</translation>
        </message>
        <message>
            <source>Only the part before it is wanted.</source>
            <translation>Nur der Teil davor wird gebraucht.</translation>
        </message>
        <message>
            <source>Use https:// for another computer.</source>
            <translation>Nimm https:// für einen anderen Computer.</translation>
        </message>
        <message>
            <source>{host} would be spoken to unencrypted.</source>
            <translation>Die Verbindung zu {host} wäre unverschlüsselt.</translation>
        </message>
        <message>
            <source>{host} can't be reached: {why}.</source>
            <translation>{host} ist nicht erreichbar: {why}.</translation>
        </message>
        <message>
            <source>Check the network connection and the address.</source>
            <translation>Prüf die Netzwerkverbindung und die Adresse.</translation>
        </message>
        <message>
            <source>{host} answers with an error ({status}).</source>
            <translation>{host} antwortet mit einem Fehler ({status}).</translation>
        </message>
        <message>
            <source>Check the address; it is printed by the orchestrator when it starts.</source>
            <translation>Prüf die Adresse; der Orchestrator gibt sie beim Start aus.</translation>
        </message>
        <message>
            <source>What answers at {host} is no orchestrator of this network.</source>
            <translation>Was unter {host} antwortet, ist kein Orchestrator dieses Netzwerks.</translation>
        </message>
        <message>
            <source>this app</source>
            <translation>diese App</translation>
        </message>
        <message>
            <source>that network</source>
            <translation>jenes Netzwerk</translation>
        </message>
        <message>
            <source>{host} speaks version {version}, this app version {ours}.</source>
            <translation>{host} spricht Version {version}, diese App Version {ours}.</translation>
        </message>
        <message>
            <source>Update {which}.</source>
            <translation>Aktualisiere {which}.</translation>
        </message>
        <message>
            <source>It looks like https://orchestrator.example.org.</source>
            <translation>Sie sieht aus wie https://orchestrator.example.org.</translation>
        </message>
    </context>
    <context>
        <name>app.core.network.local</name>
        <message>
            <source>The network on this computer did not start in time.</source>
            <translation>Das Netzwerk auf diesem Computer ist nicht rechtzeitig gestartet.</translation>
        </message>
    </context>
    <context>
        <name>app.core.network.proxy</name>
        <message>
            <source>A proxy's address with a name or password in it is not accepted, since it would be kept in a file.</source>
            <translation>Die Adresse eines Proxys mit Name oder Passwort darin wird nicht angenommen, denn sie läge in einer Datei.</translation>
        </message>
        <message>
            <source>Leave out what is before @. Where the proxy asks for a password, set it up in your system instead.</source>
            <translation>Lass weg, was vor dem @ steht. Verlangt der Proxy ein Passwort, richte ihn stattdessen in deinem System ein.</translation>
        </message>
        <message>
            <source>Proxies of the kind SOCKS are not supported.</source>
            <translation>Proxys der Art SOCKS werden nicht unterstützt.</translation>
        </message>
        <message>
            <source>Ask whoever runs the proxy for its HTTP address, which looks like {example}.</source>
            <translation>Frag, wer den Proxy betreibt, nach seiner HTTP-Adresse; sie sieht aus wie {example}.</translation>
        </message>
        <message>
            <source>It begins with http:// or https://.</source>
            <translation>Sie beginnt mit http:// oder https://.</translation>
        </message>
        <message>
            <source>It ends with its port, without anything behind it.</source>
            <translation>Sie endet mit ihrem Port, ohne etwas dahinter.</translation>
        </message>
        <message>
            <source>Its port is missing: it looks like {example}.</source>
            <translation>Ihr Port fehlt: Sie sieht aus wie {example}.</translation>
        </message>
        <message>
            <source>It looks like {example}.</source>
            <translation>Sie sieht aus wie {example}.</translation>
        </message>
        <message>
            <source>That is no address of a proxy.</source>
            <translation>Das ist keine Adresse eines Proxys.</translation>
        </message>
        <message>
            <source>What the system says</source>
            <translation>Was das System sagt</translation>
        </message>
        <message>
            <source>None</source>
            <translation>Keiner</translation>
        </message>
        <message>
            <source>Check the proxy in Settings, or ask whoever runs it.</source>
            <translation>Prüf den Proxy in den Einstellungen, oder frag, wer ihn betreibt.</translation>
        </message>
    </context>
    <context>
        <name>app.core.network.run_titles</name>
        <message>
            <source>First steps, on this computer</source>
            <translation>Erste Schritte, auf diesem Computer</translation>
        </message>
    </context>
    <context>
        <name>app.core.network.unreached</name>
        <message>
            <source>the certificates that SSL_CERT_FILE names can't be read</source>
            <translation>die Zertifikate, die SSL_CERT_FILE nennt, sind nicht lesbar</translation>
        </message>
        <message>
            <source>it takes too long to answer</source>
            <translation>die Antwort dauert zu lange</translation>
        </message>
        <message>
            <source>the proxy refused or could not be reached</source>
            <translation>der Proxy lehnte ab oder war nicht zu erreichen</translation>
        </message>
        <message>
            <source>nobody answers there</source>
            <translation>dort antwortet niemand</translation>
        </message>
        <message>
            <source>that is no address</source>
            <translation>das ist keine Adresse</translation>
        </message>
        <message>
            <source>the connection broke off</source>
            <translation>die Verbindung brach ab</translation>
        </message>
    </context>
    <context>
        <name>app.core.notices.banners</name>
        <message>
            <source>An update is needed</source>
            <translation>Ein Update ist nötig</translation>
        </message>
        <message>
            <source>An update is needed before {time}</source>
            <translation>Ein Update ist nötig, bis {time}</translation>
        </message>
        <message>
            <source>Training stopped at {stopped} and went on at {resumed}.</source>
            <translation>Das Training hielt um {stopped} an und ging um {resumed} weiter.</translation>
        </message>
        <message>
            <source>It stopped, and works again</source>
            <translation>Es hielt an und geht wieder</translation>
        </message>
        <message>
            <source>What is held stays yours. It is paid with a later payout, once the reason is gone.</source>
            <translation>Was einbehalten ist, bleibt deins. Es wird mit einer späteren Auszahlung gezahlt, sobald der Grund weg ist.</translation>
        </message>
        <message>
            <source>A payout is held</source>
            <translation>Eine Auszahlung ist einbehalten</translation>
        </message>
    </context>
    <context>
        <name>app.core.notices.words</name>
        <message>
            <source>Training began, in your hours</source>
            <translation>Das Training begann, in deinen Zeiten</translation>
        </message>
        <message>
            <source>What was done, when your hours are over</source>
            <translation>Was getan wurde, wenn deine Zeiten um sind</translation>
        </message>
        <message>
            <source>Something needs you</source>
            <translation>Etwas braucht dich</translation>
        </message>
        <message>
            <source>A new version is ready</source>
            <translation>Eine neue Version ist bereit</translation>
        </message>
        <message>
            <source>A payout was made</source>
            <translation>Es wurde ausgezahlt</translation>
        </message>
        <message>
            <source>Your payout address was changed</source>
            <translation>Deine Auszahlungsadresse wurde geändert</translation>
        </message>
        <message>
            <source>Training began</source>
            <translation>Das Training hat begonnen</translation>
        </message>
        <message>
            <source>Your hours have begun.</source>
            <translation>Deine Zeiten haben begonnen.</translation>
        </message>
        <message>
            <source>Your hours have begun. They last until {time}.</source>
            <translation>Deine Zeiten haben begonnen. Sie dauern bis {time}.</translation>
        </message>
        <message>
            <source>Earned: {money}.</source>
            <translation>Verdient: {money}.</translation>
        </message>
        <message>
            <source>What this computer did</source>
            <translation>Was dieser Computer getan hat</translation>
        </message>
        <message>
            <source>Version {version} is ready</source>
            <translation>Version {version} ist bereit</translation>
        </message>
        <message>
            <source>It begins by itself when the window is closed and no training is under way.</source>
            <translation>Sie beginnt von selbst, wenn das Fenster geschlossen ist und kein Training läuft.</translation>
        </message>
        <message>
            <source>You were paid</source>
            <translation>Du wurdest bezahlt</translation>
        </message>
        <message>
            <source>Payout address changed</source>
            <translation>Auszahlungsadresse geändert</translation>
        </message>
        <message>
            <source>This version of Train at Home is too old for the network</source>
            <translation>Diese Version von Train at Home ist zu alt für das Netzwerk</translation>
        </message>
        <message>
            <source>Version {version} is here: quit the app and start it again.</source>
            <translation>Version {version} ist da: Beende die App und starte sie neu.</translation>
        </message>
        <message>
            <source>Install the newest version. Until then this computer does not train there.</source>
            <translation>Installiere die neueste Version. Bis dahin trainiert dieser Computer dort nicht.</translation>
        </message>
        <message>
            <source>Open Train at Home to see what can be done.</source>
            <translation>Öffne Train at Home, um zu sehen, was sich tun lässt.</translation>
        </message>
        <message>
            <source>Trying again at {time}.</source>
            <translation>Nächster Versuch: {time}.</translation>
        </message>
        <message>
            <source>The network sent a payout to your address.</source>
            <translation>Das Netzwerk hat eine Auszahlung an deine Adresse gesendet.</translation>
        </message>
        <message>
            <source>The network sent {money} to your address.</source>
            <translation>Das Netzwerk hat {money} an deine Adresse gesendet.</translation>
        </message>
        <message>
            <source>The network sent {money} to your address, in {count} payouts.</source>
            <translation>Das Netzwerk hat {money} an deine Adresse gesendet, in {count} Auszahlungen.</translation>
        </message>
    </context>
    <context>
        <name>app.core.obedience</name>
        <message>
            <source>This app can't change its key.</source>
            <translation>Diese App kann ihren Schlüssel nicht wechseln.</translation>
        </message>
    </context>
    <context>
        <name>app.core.payout.words</name>
        <message>
            <source>No address yet.</source>
            <translation>Noch keine Adresse.</translation>
        </message>
        <message>
            <source>Paste the public address of your coldkey; it begins with 5.</source>
            <translation>Füg die öffentliche Adresse deines Coldkeys ein; sie beginnt mit 5.</translation>
        </message>
        <message>
            <source>This is a valid address.</source>
            <translation>Das ist eine gültige Adresse.</translation>
        </message>
        <message>
            <source>This address has a typing error in it.</source>
            <translation>In dieser Adresse ist ein Tippfehler.</translation>
        </message>
        <message>
            <source>Paste the Bittensor address, which begins with 5.</source>
            <translation>Füg die Bittensor-Adresse ein, die mit 5 beginnt.</translation>
        </message>
        <message>
            <source>These look like the secret words of a wallet. They were wiped.</source>
            <translation>Das sieht nach den geheimen Wörtern einer Wallet aus. Sie wurden gelöscht.</translation>
        </message>
        <message>
            <source>This looks like a private key. It was wiped.</source>
            <translation>Das sieht nach einem privaten Schlüssel aus. Er wurde gelöscht.</translation>
        </message>
        <message>
            <source>This looks like a wallet's key file. It was wiped.</source>
            <translation>Das sieht nach der Schlüsseldatei einer Wallet aus. Sie wurde gelöscht.</translation>
        </message>
        <message>
            <source>Looking it up on the chain…</source>
            <translation>Wird auf der Chain nachgesehen…</translation>
        </message>
        <message>
            <source>Its balance could not be looked up; the address is fine all the same. {reason}</source>
            <translation>Das Guthaben ließ sich nicht nachsehen; die Adresse ist trotzdem in Ordnung. {reason}</translation>
        </message>
        <message>
            <source>On the chain it holds {balance} (block {block}, {age}).</source>
            <translation>Auf der Chain hält sie {balance} (Block {block}, {age}).</translation>
        </message>
        <message>
            <source>A new wallet holds nothing; if yours should hold something, compare the address.</source>
            <translation>Eine neue Wallet ist leer; falls deine etwas enthalten sollte, vergleich die Adresse.</translation>
        </message>
        <message>
            <source>This app no longer knows a payout address. If that was not you, open Train at Home and look.</source>
            <translation>Diese App kennt keine Auszahlungsadresse mehr. Wenn du das nicht warst, öffne Train at Home und sieh nach.</translation>
        </message>
        <message>
            <source>Earnings now go to {first}…{last}. If that was not you, open Train at Home and change it back.</source>
            <translation>Dein Verdienst geht jetzt an {first}…{last}. Wenn du das nicht warst, öffne Train at Home und mach es rückgängig.</translation>
        </message>
        <message>
            <source>Never paste them, not here and not anywhere else: whoever has them has your money. If anybody may have seen them, move your money to a new wallet. Here only the public address is wanted; it begins with 5.</source>
            <translation>Füg sie niemals ein, weder hier noch anderswo: Wer sie hat, hat dein Geld. Falls jemand sie gesehen haben könnte, bring dein Geld in eine neue Wallet. Hier wird nur die öffentliche Adresse gebraucht; sie beginnt mit 5.</translation>
        </message>
        <message>
            <source>This is the key of this computer, which signs its work. It is no place for money.</source>
            <translation>Das ist der Schlüssel dieses Computers, der seine Arbeit unterschreibt. Er ist kein Ort für Geld.</translation>
        </message>
        <message>
            <source>This is the hotkey “{hotkey}” of the wallet “{wallet}” on this computer, not its coldkey.</source>
            <translation>Das ist der Hotkey „{hotkey}“ der Wallet „{wallet}“ auf diesem Computer, nicht ihr Coldkey.</translation>
        </message>
        <message>
            <source>This address is registered on the network as a hotkey (number {uid}).</source>
            <translation>Diese Adresse ist im Netzwerk als Hotkey eingetragen (Nummer {uid}).</translation>
        </message>
        <message>
            <source>Money belongs to a coldkey, whose secret never lies on a computer that works. Paste that.</source>
            <translation>Geld gehört auf einen Coldkey, dessen Geheimnis nie auf einem Computer liegt, der arbeitet. Füg dessen Adresse ein.</translation>
        </message>
        <message>
            <source>Addresses have no 0, O, I or l: look at character {place}.</source>
            <translation>Adressen haben kein 0, O, I oder l: Sieh dir Zeichen {place} an.</translation>
        </message>
        <message>
            <source>Perhaps character {place} should be a small or a capital letter.</source>
            <translation>Vielleicht sollte Zeichen {place} klein oder groß geschrieben sein.</translation>
        </message>
        <message>
            <source>Perhaps character {place} and the next one are swapped.</source>
            <translation>Vielleicht sind Zeichen {place} und das nächste vertauscht.</translation>
        </message>
        <message>
            <source>Perhaps character {place} is wrong.</source>
            <translation>Vielleicht ist Zeichen {place} falsch.</translation>
        </message>
        <message>
            <source>One character is missing: there should be 48.</source>
            <translation>Ein Zeichen fehlt: Es sollten 48 sein.</translation>
        </message>
        <message>
            <source>There is one character too many: there should be 48.</source>
            <translation>Es ist ein Zeichen zu viel: Es sollten 48 sein.</translation>
        </message>
        <message>
            <source>More than one character is wrong.</source>
            <translation>Mehr als ein Zeichen ist falsch.</translation>
        </message>
        <message>
            <source>Copy the whole address again instead of mending it by hand.</source>
            <translation>Kopier die ganze Adresse noch einmal, statt sie von Hand zu verbessern.</translation>
        </message>
        <message>
            <source>This is an address of {network}, where Bittensor can't pay to.</source>
            <translation>Das ist eine Adresse von {network}; dorthin kann Bittensor nicht zahlen.</translation>
        </message>
        <message>
            <source>This is an address of another network (number {prefix}).</source>
            <translation>Das ist eine Adresse eines anderen Netzwerks (Nummer {prefix}).</translation>
        </message>
        <message>
            <source>This holds characters that no address has.</source>
            <translation>Darin stehen Zeichen, die keine Adresse hat.</translation>
        </message>
        <message>
            <source>Copy the address, which begins with 5, and nothing else.</source>
            <translation>Kopier die Adresse, die mit 5 beginnt, und sonst nichts.</translation>
        </message>
        <message>
            <source>This has {length} characters and is no address.</source>
            <translation>Das hat {length} Zeichen und ist keine Adresse.</translation>
        </message>
        <message>
            <source>Copy all of its 48 characters; the first is a 5.</source>
            <translation>Kopier alle 48 Zeichen; das erste ist eine 5.</translation>
        </message>
    </context>
    <context>
        <name>app.core.privacy</name>
        <message>
            <source>Nobody, for now</source>
            <translation>Vorerst niemand</translation>
        </message>
        <message>
            <source>You train on this computer alone. Nothing of that leaves it.</source>
            <translation>Du trainierst allein auf diesem Computer. Nichts davon verlässt ihn.</translation>
        </message>
        <message>
            <source>The network that you train for</source>
            <translation>Das Netzwerk, für das du trainierst</translation>
        </message>
        <message>
            <source>The public key that stands for this computer, and a signed list of the work it did, with times.</source>
            <translation>Den öffentlichen Schlüssel, der für diesen Computer steht, und eine unterschriebene Liste seiner Arbeit mit Zeiten.</translation>
        </message>
        <message>
            <source>What it computes with, its memory, how fast it is, and how fast your line sends.</source>
            <translation>Womit er rechnet, seinen Speicher, wie schnell er ist und wie schnell deine Leitung sendet.</translation>
        </message>
        <message>
            <source>Your payout address: {address}.</source>
            <translation>Deine Auszahlungsadresse: {address}.</translation>
        </message>
        <message>
            <source>No payout address, since you gave none.</source>
            <translation>Keine Auszahlungsadresse, denn du hast keine angegeben.</translation>
        </message>
        <message>
            <source>Your internet address, as every server that you talk to sees it.</source>
            <translation>Deine Internetadresse, wie sie jeder Server sieht, mit dem du sprichst.</translation>
        </message>
        <message>
            <source>Pieces of the common work: numbers made of the text that is trained on, never anything of yours.</source>
            <translation>Teile der gemeinsamen Arbeit: Zahlen aus dem Text, mit dem trainiert wird, nie etwas von dir.</translation>
        </message>
        <message>
            <source>Not your internet address: all goes through the network's store, as you chose.</source>
            <translation>Nicht deine Internetadresse: alles geht über den Speicher des Netzwerks, wie du es gewählt hast.</translation>
        </message>
        <message>
            <source>Your internet address, since they connect directly. Settings, Connection can keep it from them.</source>
            <translation>Deine Internetadresse, denn sie verbinden sich direkt. Unter Einstellungen, Verbindung lässt sie sich vor ihnen verbergen.</translation>
        </message>
        <message>
            <source>Other computers that train along</source>
            <translation>Andere Computer, die mittrainieren</translation>
        </message>
        <message>
            <source>The network's page shows this computer's public key, what it computes with, its speed and what it earned.</source>
            <translation>Die Seite des Netzwerks zeigt den öffentlichen Schlüssel dieses Computers, womit er rechnet, wie schnell er ist und was er verdient hat.</translation>
        </message>
        <message>
            <source>Everybody</source>
            <translation>Alle</translation>
        </message>
        <message>
            <source>Whoever knows that key can look up your payout address, and what is paid there is public for good.</source>
            <translation>Wer diesen Schlüssel kennt, kann deine Auszahlungsadresse nachschlagen, und was dorthin gezahlt wird, bleibt für immer öffentlich.</translation>
        </message>
        <message>
            <source>Bittensor's servers</source>
            <translation>Die Server von Bittensor</translation>
        </message>
        <message>
            <source>Nothing: they are asked nothing.</source>
            <translation>Nichts: sie werden nichts gefragt.</translation>
        </message>
        <message>
            <source>A public server of Bittensor is asked what credit is worth, so it sees your internet address.</source>
            <translation>Ein öffentlicher Server von Bittensor wird gefragt, was ein Guthaben wert ist, und sieht so deine Internetadresse.</translation>
        </message>
        <message>
            <source>It is also asked for the balance of an address that you type here.</source>
            <translation>Er wird auch nach dem Stand einer Adresse gefragt, die du hier eingibst.</translation>
        </message>
        <message>
            <source>Once a day the app asks for the list of versions. That shows your internet address and nothing else.</source>
            <translation>Einmal am Tag fragt die App nach der Liste der Versionen. Das zeigt deine Internetadresse und sonst nichts.</translation>
        </message>
        <message>
            <source>Nothing by itself: it looks for updates only when you ask it to.</source>
            <translation>Von selbst nichts: sie sucht nur dann nach Updates, wenn du es verlangst.</translation>
        </message>
        <message>
            <source>No statistics, no crash reports. A report is made when you ask for it, and sent by you or by nobody.</source>
            <translation>Keine Statistik, keine Absturzberichte. Ein Bericht entsteht, wenn du ihn verlangst, und wird von dir gesendet oder von niemandem.</translation>
        </message>
        <message>
            <source>Us, who make this app</source>
            <translation>Wir, die diese App machen</translation>
        </message>
        <message>
            <source>Nobody, ever</source>
            <translation>Niemals irgendjemand</translation>
        </message>
        <message>
            <source>Your files, what is on your screen, what you type, and which programs run.</source>
            <translation>Deine Dateien, was auf deinem Bildschirm ist, was du tippst und welche Programme laufen.</translation>
        </message>
        <message>
            <source>A wallet's secret words. The app never asks for them, and wipes what was pasted by mistake.</source>
            <translation>Die geheimen Wörter einer Wallet. Die App fragt nie danach und löscht, was versehentlich eingefügt wurde.</translation>
        </message>
        <message>
            <source>What stays on this computer</source>
            <translation>Was auf diesem Computer bleibt</translation>
        </message>
        <message>
            <source>Settings, logs, a diary of what it did and earned, and unfinished work.</source>
            <translation>Einstellungen, Protokolle, ein Tagebuch dessen, was er tat und verdiente, und unfertige Arbeit.</translation>
        </message>
        <message>
            <source>Settings, Remove everything takes it away.</source>
            <translation>Einstellungen, Alles entfernen nimmt es weg.</translation>
        </message>
        <message>
            <source>This computer's own key lies in the system's keychain, or in a file that your password opens.</source>
            <translation>Der eigene Schlüssel dieses Computers liegt im Schlüsselbund des Systems oder in einer Datei, die dein Passwort öffnet.</translation>
        </message>
    </context>
    <context>
        <name>app.core.problems.asking_pages</name>
        <message>
            <source>This is no payout address</source>
            <translation>Das ist keine Auszahlungsadresse</translation>
        </message>
        <message>
            <source>What was entered is not a whole address: a character is wrong, missing or too many.</source>
            <translation>Was eingegeben wurde, ist keine ganze Adresse: Ein Zeichen ist falsch, fehlt oder ist zu viel.</translation>
        </message>
        <message>
            <source>It keeps the address that was set before. Nothing is paid to an address that can't exist.</source>
            <translation>Sie behält die Adresse, die vorher eingestellt war. An eine Adresse, die es nicht geben kann, wird nichts gezahlt.</translation>
        </message>
        <message>
            <source>Copy the address in your wallet with its copy button instead of typing it. It has 48 characters and begins with 5.</source>
            <translation>Kopier die Adresse in deiner Wallet mit der Schaltfläche zum Kopieren, statt sie abzutippen. Sie hat 48 Zeichen und beginnt mit 5.</translation>
        </message>
        <message>
            <source>The address is of another blockchain</source>
            <translation>Die Adresse gehört zu einem anderen Netzwerk</translation>
        </message>
        <message>
            <source>The address is whole, but it belongs to another network than Bittensor.</source>
            <translation>Die Adresse ist vollständig, aber sie gehört zu einem anderen Netzwerk als Bittensor.</translation>
        </message>
        <message>
            <source>It keeps the address that was set before.</source>
            <translation>Sie behält die Adresse, die vorher eingestellt war.</translation>
        </message>
        <message>
            <source>Let your wallet show its Bittensor address. The same wallet may have several.</source>
            <translation>Lass dir in deiner Wallet die Bittensor-Adresse zeigen. Eine Wallet kann mehrere Adressen haben.</translation>
        </message>
        <message>
            <source>A secret was pasted</source>
            <translation>Ein Geheimnis wurde eingefügt</translation>
        </message>
        <message>
            <source>Secret words, a private key or a wallet's key file was put where a public address belongs.</source>
            <translation>Geheime Wörter, ein privater Schlüssel oder die Schlüsseldatei einer Wallet kamen dorthin, wo eine öffentliche Adresse hingehört.</translation>
        </message>
        <message>
            <source>It wipes the secret from the field and from the clipboard at once. It was neither kept nor sent.</source>
            <translation>Sie löscht das Geheimnis sofort aus dem Feld und aus der Zwischenablage. Es wurde weder behalten noch gesendet.</translation>
        </message>
        <message>
            <source>Paste the public address. We never ask for secret words. If the secret was pasted anywhere else too, move your money to a new wallet.</source>
            <translation>Füg die öffentliche Adresse ein. Wir fragen nie nach geheimen Wörtern. Wenn das Geheimnis auch anderswo eingefügt wurde, bring dein Geld in eine neue Wallet.</translation>
        </message>
        <message>
            <source>The address is a hotkey</source>
            <translation>Die Adresse ist ein Hotkey</translation>
        </message>
        <message>
            <source>A hotkey signs work; money should go to a wallet's own address, the coldkey.</source>
            <translation>Ein Hotkey unterschreibt Arbeit; Geld sollte an die eigene Adresse einer Wallet gehen, den Coldkey.</translation>
        </message>
        <message>
            <source>Copy the coldkey's address in your wallet.</source>
            <translation>Kopier in deiner Wallet die Adresse des Coldkeys.</translation>
        </message>
        <message>
            <source>An update was not believed</source>
            <translation>Einem Update wurde nicht geglaubt</translation>
        </message>
        <message>
            <source>What the update server sent is not signed by the makers of this app, is out of date, or was changed on the way.</source>
            <translation>Was der Update-Server gesendet hat, ist nicht von den Herstellern dieser App unterschrieben, ist veraltet oder wurde unterwegs verändert.</translation>
        </message>
        <message>
            <source>It throws it away, changes nothing and goes on as it is. It looks again the next day.</source>
            <translation>Sie verwirft es, ändert nichts und geht weiter wie bisher. Am nächsten Tag sieht sie wieder nach.</translation>
        </message>
        <message>
            <source>Check this computer's date and clock. If it stays so for days, get the app anew from its own page.</source>
            <translation>Prüf Datum und Uhr dieses Computers. Wenn es tagelang so bleibt, hol die App neu von ihrer eigenen Seite.</translation>
        </message>
        <message>
            <source>The update server can't be reached</source>
            <translation>Der Update-Server ist nicht zu erreichen</translation>
        </message>
        <message>
            <source>The server with new versions and engines did not answer.</source>
            <translation>Der Server mit neuen Versionen und Trainingsprogrammen hat nicht geantwortet.</translation>
        </message>
        <message>
            <source>It tries again by itself. A download that broke off goes on from where it was.</source>
            <translation>Sie versucht es von selbst noch einmal. Ein Herunterladen, das abbrach, geht dort weiter, wo es war.</translation>
        </message>
        <message>
            <source>Check the connection. The app works meanwhile as it is.</source>
            <translation>Prüf die Verbindung. Die App arbeitet inzwischen weiter wie bisher.</translation>
        </message>
        <message>
            <source>An update or engine can't be used</source>
            <translation>Ein Update oder Trainingsprogramm ist nicht brauchbar</translation>
        </message>
        <message>
            <source>There is nothing fitting for this computer, or what came can't be used here.</source>
            <translation>Für diesen Computer gibt es nichts Passendes, oder was ankam, ist hier nicht brauchbar.</translation>
        </message>
        <message>
            <source>It changes nothing and goes on as it is.</source>
            <translation>Sie ändert nichts und geht weiter wie bisher.</translation>
        </message>
        <message>
            <source>Look again another day. If your computer is of a rare kind, there may be no engine for it yet.</source>
            <translation>Sieh an einem anderen Tag wieder nach. Wenn dein Computer von seltener Art ist, gibt es vielleicht noch kein Trainingsprogramm für ihn.</translation>
        </message>
        <message>
            <source>Some other trouble</source>
            <translation>Eine andere Störung</translation>
        </message>
        <message>
            <source>This trouble has no page of its own. The sentence beside the code says what is known.</source>
            <translation>Diese Störung hat keine eigene Seite. Der Satz neben dem Code sagt, was bekannt ist.</translation>
        </message>
        <message>
            <source>It goes on where it can, and tries again where that can help.</source>
            <translation>Sie macht weiter, wo sie kann, und versucht es noch einmal, wo das helfen kann.</translation>
        </message>
        <message>
            <source>If it comes back, save a report: it holds what is needed to find the reason, with names and addresses taken out.</source>
            <translation>Wenn es wieder vorkommt, speichere einen Bericht: Er enthält, was nötig ist, um den Grund zu finden, ohne Namen und Adressen.</translation>
        </message>
    </context>
    <context>
        <name>app.core.problems.codes</name>
        <message>
            <source>{text} ({code})</source>
            <translation>{text} ({code})</translation>
        </message>
    </context>
    <context>
        <name>app.core.problems.computer_pages</name>
        <message>
            <source>The graphics driver is too old</source>
            <translation>Der Grafiktreiber ist zu alt</translation>
        </message>
        <message>
            <source>The driver of your graphics card is older than the training engine needs.</source>
            <translation>Der Treiber deiner Grafikkarte ist älter, als das Trainingsprogramm es braucht.</translation>
        </message>
        <message>
            <source>It leaves this card alone. Where the processor is strong enough, that trains in its place.</source>
            <translation>Sie lässt diese Karte in Ruhe. Wo der Prozessor stark genug ist, trainiert stattdessen er.</translation>
        </message>
        <message>
            <source>Install the newest driver from the card's maker, start the computer anew, and look into “This computer” again.</source>
            <translation>Installiere den neuesten Treiber des Herstellers, starte den Computer neu und sieh wieder unter „Dieser Computer“ nach.</translation>
        </message>
        <message>
            <source>The graphics chip is not supported</source>
            <translation>Der Grafikchip wird nicht unterstützt</translation>
        </message>
        <message>
            <source>The training engine has no code for this chip, mostly because it is too old or very new.</source>
            <translation>Das Trainingsprogramm hat keinen Code für diesen Chip, meist weil er zu alt oder sehr neu ist.</translation>
        </message>
        <message>
            <source>It leaves this chip alone. Where the processor is strong enough, that trains in its place.</source>
            <translation>Sie lässt diesen Chip in Ruhe. Wo der Prozessor stark genug ist, trainiert stattdessen er.</translation>
        </message>
        <message>
            <source>There is nothing to be set. Newer versions support more chips; look again after an update.</source>
            <translation>Einzustellen gibt es nichts. Neuere Versionen unterstützen mehr Chips; sieh nach einem Update wieder nach.</translation>
        </message>
        <message>
            <source>The device can't be used on this system</source>
            <translation>Das Gerät ist mit diesem System nicht nutzbar</translation>
        </message>
        <message>
            <source>There is a training engine for this device, but not for your operating system.</source>
            <translation>Es gibt ein Trainingsprogramm für dieses Gerät, aber nicht für dein Betriebssystem.</translation>
        </message>
        <message>
            <source>It leaves this device alone. Where the processor is strong enough, that trains in its place.</source>
            <translation>Sie lässt dieses Gerät in Ruhe. Wo der Prozessor stark genug ist, trainiert stattdessen er.</translation>
        </message>
        <message>
            <source>There is nothing to be set. On another operating system the same device may work.</source>
            <translation>Einzustellen gibt es nichts. Mit einem anderen Betriebssystem geht dasselbe Gerät vielleicht.</translation>
        </message>
        <message>
            <source>Too little memory for any part of a model</source>
            <translation>Zu wenig Speicher für jeden Teil eines Modells</translation>
        </message>
        <message>
            <source>This device has less memory than the smallest part of a model needs.</source>
            <translation>Dieses Gerät hat weniger Speicher, als der kleinste Teil eines Modells braucht.</translation>
        </message>
        <message>
            <source>It leaves this device alone and uses another one, if there is one that suits.</source>
            <translation>Sie lässt dieses Gerät in Ruhe und nimmt ein anderes, wenn es eins gibt, das sich eignet.</translation>
        </message>
        <message>
            <source>There is nothing to be set. You can still try everything on this computer with the small model.</source>
            <translation>Einzustellen gibt es nichts. Du kannst trotzdem alles auf diesem Computer mit dem kleinen Modell ausprobieren.</translation>
        </message>
        <message>
            <source>The disk is full</source>
            <translation>Die Festplatte ist voll</translation>
        </message>
        <message>
            <source>Something had to be written, and there was no room for it.</source>
            <translation>Etwas musste geschrieben werden, und dafür war kein Platz.</translation>
        </message>
        <message>
            <source>It keeps what is there and tries again. A download goes on from where it broke off.</source>
            <translation>Sie behält, was da ist, und versucht es noch einmal. Ein Herunterladen geht dort weiter, wo es abbrach.</translation>
        </message>
        <message>
            <source>Free some space, for instance by emptying the trash. Under Limits you can say how much room training may take.</source>
            <translation>Mach etwas Platz, zum Beispiel indem du den Papierkorb leerst. Unter „Grenzen“ legst du fest, wie viel Platz das Training nehmen darf.</translation>
        </message>
        <message>
            <source>The disk is nearly full</source>
            <translation>Die Festplatte ist fast voll</translation>
        </message>
        <message>
            <source>Less room is left on the disk than you want to keep free, so training waits.</source>
            <translation>Auf der Festplatte ist weniger Platz übrig, als du frei lassen willst, darum wartet das Training.</translation>
        </message>
        <message>
            <source>It looks again all the time and goes on as soon as there is room.</source>
            <translation>Sie sieht ständig nach und macht weiter, sobald Platz ist.</translation>
        </message>
        <message>
            <source>Free some space, or lower the room that must stay free, under Limits.</source>
            <translation>Mach etwas Platz, oder lass unter „Grenzen“ weniger Platz frei.</translation>
        </message>
        <message>
            <source>You allow too little of the disk</source>
            <translation>Du erlaubst zu wenig von der Platte</translation>
        </message>
        <message>
            <source>The part of the model that this computer was given takes more room than you allow it. The message says how much.</source>
            <translation>Der Teil des Modells, den dieser Computer bekommen hat, braucht mehr Platz, als du erlaubst. Die Meldung sagt, wie viel.</translation>
        </message>
        <message>
            <source>Where only saving lacks room, it trains on, and fetches that part anew after a pause. Otherwise it waits. It never takes more than you allow.</source>
            <translation>Fehlt nur der Platz zum Speichern, trainiert sie weiter und lädt den Teil nach einer Pause neu. Sonst wartet sie. Nie nimmt sie mehr, als du erlaubst.</translation>
        </message>
        <message>
            <source>Allow more of the disk under “Disk space for its work, at most” in Limits.</source>
            <translation>Erlaube unter Grenzen bei „Platz auf der Festplatte für die Arbeit, höchstens“ mehr von der Platte.</translation>
        </message>
        <message>
            <source>Other programs need the memory</source>
            <translation>Andere Programme brauchen den Arbeitsspeicher</translation>
        </message>
        <message>
            <source>So little memory is free that training would slow your computer down, so it waits.</source>
            <translation>Es ist so wenig Arbeitsspeicher frei, dass das Training deinen Computer bremsen würde, darum wartet es.</translation>
        </message>
        <message>
            <source>It looks again all the time and goes on as soon as enough is free.</source>
            <translation>Sie sieht ständig nach und macht weiter, sobald genug frei ist.</translation>
        </message>
        <message>
            <source>Close programs that you don't need. Under Limits you can change how much must stay free.</source>
            <translation>Schließ Programme, die du nicht brauchst. Unter „Grenzen“ kannst du ändern, wie viel frei bleiben muss.</translation>
        </message>
        <message>
            <source>The computer is too hot or too loud</source>
            <translation>Der Computer ist zu heiß oder zu laut</translation>
        </message>
        <message>
            <source>A temperature or the speed of a fan is above the limit that is set, so training waits.</source>
            <translation>Eine Temperatur oder das Tempo eines Lüfters liegt über der eingestellten Grenze, darum wartet das Training.</translation>
        </message>
        <message>
            <source>It trains gently when the limit comes near, stops above it, and goes on once the computer has cooled down.</source>
            <translation>Sie trainiert sanft, wenn die Grenze nahe ist, hält darüber an und macht weiter, sobald der Computer abgekühlt ist.</translation>
        </message>
        <message>
            <source>Let air reach the openings of the computer and remove dust. The limits can be changed under Limits; the ones set at first are safe.</source>
            <translation>Lass Luft an die Öffnungen des Computers und entfern den Staub. Die Werte lassen sich unter „Grenzen“ ändern; die anfangs eingestellten sind sicher.</translation>
        </message>
        <message>
            <source>The computer's clock is wrong</source>
            <translation>Die Uhr des Computers geht falsch</translation>
        </message>
        <message>
            <source>The network refuses messages from a computer whose clock is minutes off, because anybody could send old ones again.</source>
            <translation>Das Netzwerk weist Nachrichten eines Computers ab, dessen Uhr um Minuten falsch geht, denn sonst könnte jeder alte noch einmal senden.</translation>
        </message>
        <message>
            <source>It tries again by itself, and goes on once the clock is right.</source>
            <translation>Sie versucht es von selbst noch einmal und macht weiter, sobald die Uhr stimmt.</translation>
        </message>
        <message>
            <source>Turn on automatic time in your system's settings. If the clock is wrong after each start, the small battery on the mainboard may be empty.</source>
            <translation>Schalte in den Einstellungen deines Systems die automatische Uhrzeit ein. Wenn die Uhr nach jedem Start falsch geht, ist vielleicht die kleine Batterie auf der Hauptplatine leer.</translation>
        </message>
        <message>
            <source>The computer may fall asleep</source>
            <translation>Der Computer kann einschlafen</translation>
        </message>
        <message>
            <source>The app could not ask your system to stay awake while it trains.</source>
            <translation>Die App konnte dein System nicht bitten, wach zu bleiben, während sie trainiert.</translation>
        </message>
        <message>
            <source>It trains as long as the computer is awake, saves before it falls asleep and goes on afterwards.</source>
            <translation>Sie trainiert, solange der Computer wach ist, speichert, bevor er einschläft, und macht danach weiter.</translation>
        </message>
        <message>
            <source>Set your system not to fall asleep during your hours while it is on mains. The screen may turn off.</source>
            <translation>Stell dein System so ein, dass es am Stromnetz während deiner Zeiten nicht einschläft. Der Bildschirm darf ausgehen.</translation>
        </message>
    </context>
    <context>
        <name>app.core.problems.engine_pages</name>
        <message>
            <source>The training engine can't be started</source>
            <translation>Das Trainingsprogramm lässt sich nicht starten</translation>
        </message>
        <message>
            <source>The program that does the training is not where the app looks for it, or the system would not run it. A virus scanner may have put it aside, or its download was never finished.</source>
            <translation>Das Programm, das trainiert, ist nicht dort, wo die App es sucht, oder das System wollte es nicht ausführen. Vielleicht hat ein Virenscanner es beiseitegelegt, oder es wurde nie fertig heruntergeladen.</translation>
        </message>
        <message>
            <source>It tries again by itself, at first after seconds, later after minutes. Nothing that was trained is lost.</source>
            <translation>Sie versucht es von selbst noch einmal, erst nach Sekunden, später nach Minuten. Nichts, was trainiert wurde, geht verloren.</translation>
        </message>
        <message>
            <source>Open “This computer” and fetch the training engine again. If your virus scanner has put it aside, tell the scanner that you want it.</source>
            <translation>Öffne „Dieser Computer“ und hol das Trainingsprogramm noch einmal. Wenn dein Virenscanner es beiseitegelegt hat, sag ihm, dass du es willst.</translation>
        </message>
        <message>
            <source>The system ended the engine</source>
            <translation>Das System hat das Trainingsprogramm beendet</translation>
        </message>
        <message>
            <source>Your system stopped the training program from outside. Most often memory had run out, and the system chose the largest program.</source>
            <translation>Dein System hat das Trainingsprogramm von außen angehalten. Meist war der Arbeitsspeicher ausgegangen, und das System wählte das größte Programm.</translation>
        </message>
        <message>
            <source>It starts again by itself and goes on from the last saved state.</source>
            <translation>Sie startet es von selbst wieder und macht beim letzten gespeicherten Stand weiter.</translation>
        </message>
        <message>
            <source>Close programs that need much memory. Under Limits you can give training less memory, so that it happens no more.</source>
            <translation>Schließ Programme, die viel Arbeitsspeicher brauchen. Unter „Grenzen“ kannst du dem Training weniger geben, damit es nicht mehr vorkommt.</translation>
        </message>
        <message>
            <source>The engine crashed</source>
            <translation>Das Trainingsprogramm ist abgestürzt</translation>
        </message>
        <message>
            <source>The training program broke off in the middle. Often a driver of the graphics card is the reason, at times a fault of ours.</source>
            <translation>Das Trainingsprogramm brach mittendrin ab. Oft liegt es an einem Treiber der Grafikkarte, manchmal an einem Fehler von uns.</translation>
        </message>
        <message>
            <source>It starts again by itself and goes on from the last saved state. If it crashes again, it waits longer each time.</source>
            <translation>Sie startet es von selbst wieder und macht beim letzten gespeicherten Stand weiter. Stürzt es wieder ab, wartet sie jedes Mal länger.</translation>
        </message>
        <message>
            <source>Install the newest driver for your graphics card and start the computer anew. If it goes on crashing, save a report and give it to whoever helps you.</source>
            <translation>Installiere den neuesten Treiber für deine Grafikkarte und starte den Computer neu. Wenn es weiter abstürzt, speichere einen Bericht und gib ihn jemandem, der dir hilft.</translation>
        </message>
        <message>
            <source>The engine ended unexpectedly</source>
            <translation>Das Trainingsprogramm endete unerwartet</translation>
        </message>
        <message>
            <source>The training program ended without being asked and without saying why.</source>
            <translation>Das Trainingsprogramm endete, ohne dass es sollte und ohne zu sagen, warum.</translation>
        </message>
        <message>
            <source>Mostly nothing has to be done. If it happens again and again, save a report: the log's last lines say more.</source>
            <translation>Meist musst du nichts tun. Wenn es immer wieder vorkommt, speichere einen Bericht: Die letzten Zeilen des Protokolls sagen mehr.</translation>
        </message>
        <message>
            <source>The engine does not answer</source>
            <translation>Das Trainingsprogramm antwortet nicht</translation>
        </message>
        <message>
            <source>The training program runs, but it has said nothing for a long time. It may hang, or the computer was far too busy.</source>
            <translation>Das Trainingsprogramm läuft, hat aber lange nichts gesagt. Vielleicht hängt es, oder der Computer hatte viel zu viel zu tun.</translation>
        </message>
        <message>
            <source>It ends the program that hangs and starts a fresh one.</source>
            <translation>Sie beendet das Programm, das hängt, und startet ein frisches.</translation>
        </message>
        <message>
            <source>Close programs that keep the computer very busy. If it happens each night, start the computer anew and install the newest driver for the graphics card.</source>
            <translation>Schließ Programme, die den Computer sehr beschäftigen. Wenn es jede Nacht vorkommt, starte den Computer neu und installiere den neuesten Treiber für die Grafikkarte.</translation>
        </message>
        <message>
            <source>A fault inside the engine</source>
            <translation>Ein Fehler im Trainingsprogramm</translation>
        </message>
        <message>
            <source>The training program met a fault of its own. That is a mistake of ours, not yours.</source>
            <translation>Das Trainingsprogramm stieß auf einen eigenen Fehler. Der liegt bei uns, nicht bei dir.</translation>
        </message>
        <message>
            <source>Look for a newer version under Settings. Please save a report and give it to us: it helps to find the mistake.</source>
            <translation>Sieh in den Einstellungen nach einer neueren Version. Bitte speichere einen Bericht und gib ihn uns: Er hilft, den Fehler zu finden.</translation>
        </message>
        <message>
            <source>The engine belongs to another version</source>
            <translation>Das Trainingsprogramm gehört zu einer anderen Version</translation>
        </message>
        <message>
            <source>The app and its training engine are of different versions and don't understand each other.</source>
            <translation>Die App und ihr Trainingsprogramm haben verschiedene Versionen und verstehen einander nicht.</translation>
        </message>
        <message>
            <source>It does not start that engine again, since that would not help.</source>
            <translation>Sie startet dieses Trainingsprogramm nicht noch einmal, denn das würde nicht helfen.</translation>
        </message>
        <message>
            <source>Open “This computer” and fetch the training engine again. If that does not help, install the app again; your settings stay.</source>
            <translation>Öffne „Dieser Computer“ und hol das Trainingsprogramm noch einmal. Wenn das nicht hilft, installiere die App neu; deine Einstellungen bleiben.</translation>
        </message>
        <message>
            <source>Not enough memory for training</source>
            <translation>Zu wenig Speicher zum Trainieren</translation>
        </message>
        <message>
            <source>The part of the model that this computer was given does not fit into the memory that training may use.</source>
            <translation>Der Teil des Modells, den dieser Computer bekam, passt nicht in den Speicher, den das Training nehmen darf.</translation>
        </message>
        <message>
            <source>It tries again with less at once, and where that is not enough, later.</source>
            <translation>Sie versucht es mit weniger auf einmal, und wo das nicht reicht, später noch einmal.</translation>
        </message>
        <message>
            <source>Close other programs that use the graphics card. Under Limits you can allow training more memory.</source>
            <translation>Schließ andere Programme, die die Grafikkarte benutzen. Unter „Grenzen“ kannst du dem Training mehr Speicher erlauben.</translation>
        </message>
        <message>
            <source>The graphics card can't be used</source>
            <translation>Die Grafikkarte ist nicht nutzbar</translation>
        </message>
        <message>
            <source>The device that was chosen for training is not there, is busy, or answered with an error.</source>
            <translation>Das Gerät, das zum Trainieren gewählt wurde, ist nicht da, ist beschäftigt oder antwortete mit einem Fehler.</translation>
        </message>
        <message>
            <source>It tries again by itself.</source>
            <translation>Sie versucht es von selbst noch einmal.</translation>
        </message>
        <message>
            <source>Look in “This computer” whether the device is listed. Start the computer anew; if you chose the device yourself, let the app choose again.</source>
            <translation>Sieh unter „Dieser Computer“ nach, ob das Gerät aufgeführt ist. Starte den Computer neu; wenn du das Gerät selbst gewählt hast, lass die App wieder wählen.</translation>
        </message>
        <message>
            <source>The device that computes stood still</source>
            <translation>Das rechnende Gerät stand still</translation>
        </message>
        <message>
            <source>For a quarter of an hour the graphics card or processor did not come back from a calculation. Drivers sometimes get stuck, above all after the computer slept.</source>
            <translation>Eine Viertelstunde lang kam die Grafikkarte oder der Prozessor nicht aus einer Berechnung zurück. Treiber bleiben manchmal hängen, vor allem nachdem der Computer geschlafen hat.</translation>
        </message>
        <message>
            <source>It ends the engine and starts a fresh one. What was in its hands goes to other computers.</source>
            <translation>Die App beendet das Trainingsprogramm und startet ein frisches. Was es gerade in Arbeit hatte, geht an andere Computer.</translation>
        </message>
        <message>
            <source>If it comes back, start the computer anew and update the driver of its graphics card. Until then you can let the processor train instead: Limits, “Compute on”.</source>
            <translation>Kommt es wieder, starte den Computer neu und aktualisiere den Treiber seiner Grafikkarte. Bis dahin kannst du stattdessen den Prozessor trainieren lassen: Grenzen, „Rechnen mit“.</translation>
        </message>
        <message>
            <source>Training goes on more slowly</source>
            <translation>Das Training läuft ohne den schnellen Rechenweg</translation>
        </message>
        <message>
            <source>The engine could not prepare the faster way of computing on this computer.</source>
            <translation>Das Trainingsprogramm konnte die schnellere Art zu rechnen auf diesem Computer nicht vorbereiten.</translation>
        </message>
        <message>
            <source>It goes on in the slower, equally right way. Nothing is lost but some speed.</source>
            <translation>Sie macht auf dem langsameren, ebenso richtigen Weg weiter. Verloren geht nur etwas Tempo.</translation>
        </message>
        <message>
            <source>Nothing has to be done. A newer driver for the graphics card may bring the speed back.</source>
            <translation>Du musst nichts tun. Ein neuerer Treiber für die Grafikkarte bringt das Tempo vielleicht zurück.</translation>
        </message>
    </context>
    <context>
        <name>app.core.problems.keeping_pages</name>
        <message>
            <source>A file can't be read or written</source>
            <translation>Eine Datei lässt sich nicht lesen oder schreiben</translation>
        </message>
        <message>
            <source>Your system would not let the app read or write one of its own files.</source>
            <translation>Dein System ließ die App eine ihrer eigenen Dateien nicht lesen oder schreiben.</translation>
        </message>
        <message>
            <source>It goes on with what it has and tries again.</source>
            <translation>Sie macht mit dem weiter, was sie hat, und versucht es noch einmal.</translation>
        </message>
        <message>
            <source>Check that the disk works and that the app's folder belongs to you. “Open its folder” in Settings shows where it lies.</source>
            <translation>Prüf, ob die Festplatte in Ordnung ist und ob der Ordner der App dir gehört. „Ihren Ordner öffnen“ in den Einstellungen zeigt, wo er liegt.</translation>
        </message>
        <message>
            <source>The disk with its work is not connected</source>
            <translation>Die Platte mit der Arbeit ist nicht angeschlossen</translation>
        </message>
        <message>
            <source>You chose a folder on another disk for parts of models and unfinished work. It is not there.</source>
            <translation>Du hast für Teile von Modellen und angefangene Arbeit einen Ordner auf einer anderen Platte gewählt. Er ist nicht da.</translation>
        </message>
        <message>
            <source>It tries again by itself and goes on with its work once the folder is there. What was credited to you lies elsewhere and is safe.</source>
            <translation>Sie versucht es von selbst wieder und macht mit ihrer Arbeit weiter, sobald der Ordner da ist. Was dir gutgeschrieben wurde, liegt anderswo und ist sicher.</translation>
        </message>
        <message>
            <source>Connect the disk, or choose another folder under “Folder for its work” in Settings.</source>
            <translation>Schließ die Platte an, oder wähle in den Einstellungen unter „Ordner für die Arbeit“ einen anderen Ordner.</translation>
        </message>
        <message>
            <source>A setting can't be used</source>
            <translation>Eine Einstellung ist nicht brauchbar</translation>
        </message>
        <message>
            <source>Something that is set can't be used, or the file of settings was damaged.</source>
            <translation>Etwas Eingestelltes ist nicht brauchbar, oder die Datei mit den Einstellungen war beschädigt.</translation>
        </message>
        <message>
            <source>It keeps the damaged file beside the new one and uses safe values in its place. Where the hours can't be read, it waits and trains at no hour.</source>
            <translation>Sie behält die beschädigte Datei neben der neuen und nimmt stattdessen sichere Werte. Wo sich die Zeiten nicht lesen lassen, wartet sie und trainiert zu keiner Zeit.</translation>
        </message>
        <message>
            <source>Look through Settings and set again what is not as you want it.</source>
            <translation>Geh die Einstellungen durch und stell neu ein, was nicht so ist, wie du es willst.</translation>
        </message>
        <message>
            <source>The history of earnings can't be kept</source>
            <translation>Der Verlauf des Verdienstes lässt sich nicht führen</translation>
        </message>
        <message>
            <source>The app could not read or write its own record of what was earned.</source>
            <translation>Die App konnte ihre eigene Aufzeichnung des Verdienstes nicht lesen oder schreiben.</translation>
        </message>
        <message>
            <source>It goes on training and tries to write again. What the network owes you stands in the network's ledger and is not touched.</source>
            <translation>Sie trainiert weiter und versucht wieder zu schreiben. Was dir das Netzwerk schuldet, steht im Kontobuch des Netzwerks und ist nicht betroffen.</translation>
        </message>
        <message>
            <source>Check that the disk works and has room, and that the app's folder belongs to you.</source>
            <translation>Prüf, ob die Festplatte in Ordnung ist und Platz hat und ob der Ordner der App dir gehört.</translation>
        </message>
        <message>
            <source>The history of activity can't be kept</source>
            <translation>Der Verlauf der Aktivität lässt sich nicht führen</translation>
        </message>
        <message>
            <source>The app could not read or write its record of when this computer trained.</source>
            <translation>Die App konnte ihre Aufzeichnung, wann dieser Computer trainierte, nicht lesen oder schreiben.</translation>
        </message>
        <message>
            <source>It goes on training and tries to write again.</source>
            <translation>Sie trainiert weiter und versucht wieder zu schreiben.</translation>
        </message>
        <message>
            <source>The keychain is locked</source>
            <translation>Der Schlüsselbund ist verschlossen</translation>
        </message>
        <message>
            <source>The key that signs this computer's work lies in your system's keychain, and that is locked. Without the key nothing can train.</source>
            <translation>Der Schlüssel, der die Arbeit dieses Computers unterschreibt, liegt im Schlüsselbund deines Systems, und der ist verschlossen. Ohne den Schlüssel kann nichts trainieren.</translation>
        </message>
        <message>
            <source>It asks again every half minute and goes on once the keychain is open. It never makes a second key meanwhile.</source>
            <translation>Sie fragt jede halbe Minute wieder und macht weiter, sobald der Schlüsselbund offen ist. Sie macht inzwischen nie einen zweiten Schlüssel.</translation>
        </message>
        <message>
            <source>Sign in at the screen, or open the keychain with its password. For a computer that starts without anybody there, keep the key in a file, under “This computer's key”.</source>
            <translation>Melde dich am Bildschirm an, oder öffne den Schlüsselbund mit seinem Passwort. Bei einem Computer, der startet, ohne dass jemand da ist, bewahr den Schlüssel in einer Datei auf, unter „Schlüssel dieses Computers“.</translation>
        </message>
        <message>
            <source>This computer's key can't be opened</source>
            <translation>Der Schlüssel dieses Computers lässt sich nicht öffnen</translation>
        </message>
        <message>
            <source>The key that signs this computer's work is missing, locked in its file, or damaged. Without it nothing can train.</source>
            <translation>Der Schlüssel, der die Arbeit dieses Computers unterschreibt, fehlt, ist in seiner Datei verschlossen oder beschädigt. Ohne ihn kann nichts trainieren.</translation>
        </message>
        <message>
            <source>It tries again every half minute. It never makes a second key: its earnings would not go to the first.</source>
            <translation>Sie versucht es jede halbe Minute noch einmal. Sie macht nie einen zweiten Schlüssel, dessen Verdienst der erste nicht sähe.</translation>
        </message>
        <message>
            <source>Open “This computer's key”: enter the password, or restore the key from the copy that you saved.</source>
            <translation>Öffne „Schlüssel dieses Computers“: Gib das Passwort ein, oder stell den Schlüssel aus der Kopie wieder her, die du gesichert hast.</translation>
        </message>
        <message>
            <source>The start with your session could not be changed</source>
            <translation>Der Start mit deiner Anmeldung ließ sich nicht ändern</translation>
        </message>
        <message>
            <source>Your system did not take, or did not remove, the app's start with your session.</source>
            <translation>Dein System hat den Start der App mit deiner Anmeldung nicht angenommen oder nicht entfernt.</translation>
        </message>
        <message>
            <source>It leaves everything as it was. Training is not touched.</source>
            <translation>Sie lässt alles, wie es war. Das Training ist nicht betroffen.</translation>
        </message>
        <message>
            <source>Try again, or change it in the system's own list of programs that start with the session.</source>
            <translation>Versuch es noch einmal, oder ändere es in der Liste deines Systems mit den Programmen, die bei der Anmeldung starten.</translation>
        </message>
        <message>
            <source>The app's icon can't be shown</source>
            <translation>Das Symbol der App lässt sich nicht zeigen</translation>
        </message>
        <message>
            <source>Your desktop shows no icons of programs that run in the background, or has no room left for this one.</source>
            <translation>Dein Desktop zeigt keine Symbole von Programmen, die im Hintergrund laufen, oder hat keinen Platz mehr für dieses.</translation>
        </message>
        <message>
            <source>It opens its window, so that everything can be reached. The icon comes back once there is a place for it.</source>
            <translation>Sie öffnet ihr Fenster, damit alles zu erreichen ist. Das Symbol kommt zurück, sobald Platz für es ist.</translation>
        </message>
        <message>
            <source>On GNOME install the extension AppIndicator. On a Mac with many icons in the bar, remove some. The command train-at-home works without any window.</source>
            <translation>Installiere unter GNOME die Erweiterung AppIndicator. Auf einem Mac mit vielen Symbolen in der Leiste entfern einige. Der Befehl train-at-home geht ganz ohne Fenster.</translation>
        </message>
    </context>
    <context>
        <name>app.core.problems.network_pages</name>
        <message>
            <source>No connection to the network</source>
            <translation>Keine Verbindung zum Netzwerk</translation>
        </message>
        <message>
            <source>This computer has no connection to the internet, or the training network did not answer.</source>
            <translation>Dieser Computer hat keine Verbindung zum Internet, oder das Trainingsnetzwerk hat nicht geantwortet.</translation>
        </message>
        <message>
            <source>It trains nothing meanwhile, looks again all the time, and goes on as soon as the connection is back.</source>
            <translation>Sie trainiert inzwischen nichts, sieht ständig nach und macht weiter, sobald die Verbindung wieder da ist.</translation>
        </message>
        <message>
            <source>Check the cable or the wireless connection, and whether a web page opens in your browser.</source>
            <translation>Prüf das Kabel oder das WLAN, und ob sich in deinem Browser eine Webseite öffnet.</translation>
        </message>
        <message>
            <source>The training network does not answer</source>
            <translation>Das Trainingsnetzwerk antwortet nicht</translation>
        </message>
        <message>
            <source>The internet may work, but the computer that leads the training did not answer, or asked to be tried later.</source>
            <translation>Das Internet geht vielleicht, aber der Computer, der das Training leitet, hat nicht geantwortet oder bat, es später zu versuchen.</translation>
        </message>
        <message>
            <source>It tries again by itself, at first after seconds, later after minutes.</source>
            <translation>Sie versucht es von selbst noch einmal, erst nach Sekunden, später nach Minuten.</translation>
        </message>
        <message>
            <source>Mostly it is enough to wait. If it lasts for hours, check that a firewall or a filter does not block the app.</source>
            <translation>Meist genügt es zu warten. Wenn es Stunden dauert, prüf, ob eine Firewall oder ein Filter die App sperrt.</translation>
        </message>
        <message>
            <source>The network said no</source>
            <translation>Das Netzwerk hat abgelehnt</translation>
        </message>
        <message>
            <source>The network answered and refused what was asked. The sentence beside this code says why.</source>
            <translation>Das Netzwerk hat geantwortet und abgelehnt, was verlangt war. Der Satz neben diesem Code sagt, warum.</translation>
        </message>
        <message>
            <source>It tries again by itself where that can help.</source>
            <translation>Sie versucht es von selbst noch einmal, wo das helfen kann.</translation>
        </message>
        <message>
            <source>Read the reason in the message. If it stays, save a report and ask the people who run the network.</source>
            <translation>Lies den Grund in der Meldung. Wenn es so bleibt, speichere einen Bericht und frag die Leute, die das Netzwerk betreiben.</translation>
        </message>
        <message>
            <source>The network did not accept the signature</source>
            <translation>Das Netzwerk hat die Unterschrift nicht angenommen</translation>
        </message>
        <message>
            <source>Each message is signed with this computer's key, and the network did not accept one of the signatures.</source>
            <translation>Jede Nachricht wird mit dem Schlüssel dieses Computers unterschrieben, und eine der Unterschriften hat das Netzwerk nicht angenommen.</translation>
        </message>
        <message>
            <source>It signs anew and tries again.</source>
            <translation>Sie unterschreibt neu und versucht es noch einmal.</translation>
        </message>
        <message>
            <source>Check the computer's clock. If you moved the key here from another computer, see that it runs in one place only.</source>
            <translation>Prüf die Uhr des Computers. Wenn du den Schlüssel von einem anderen Computer hierher gebracht hast, achte darauf, dass er nur an einem Ort läuft.</translation>
        </message>
        <message>
            <source>The network has a problem of its own</source>
            <translation>Das Netzwerk hat selbst ein Problem</translation>
        </message>
        <message>
            <source>The computer that leads the training answered with an error of its own.</source>
            <translation>Der Computer, der das Training leitet, antwortete mit einem eigenen Fehler.</translation>
        </message>
        <message>
            <source>It tries again by itself. What was trained is kept until it can be handed over.</source>
            <translation>Sie versucht es von selbst noch einmal. Was trainiert wurde, bleibt erhalten, bis es übergeben werden kann.</translation>
        </message>
        <message>
            <source>There is nothing you have to do.</source>
            <translation>Du musst nichts tun.</translation>
        </message>
        <message>
            <source>An answer was not understood</source>
            <translation>Eine Antwort wurde nicht verstanden</translation>
        </message>
        <message>
            <source>Something arrived that does not follow the rules both sides agreed on. A filter in between may have changed it.</source>
            <translation>Etwas kam an, das nicht den Regeln folgt, auf die sich beide Seiten geeinigt haben. Vielleicht hat ein Filter dazwischen es verändert.</translation>
        </message>
        <message>
            <source>It throws such a message away and tries again.</source>
            <translation>Sie verwirft so eine Nachricht und versucht es noch einmal.</translation>
        </message>
        <message>
            <source>Look for a newer version. In a hotel or at work, sign in to the wireless network in your browser first.</source>
            <translation>Sieh nach einer neueren Version. Melde dich im Hotel oder bei der Arbeit erst im Browser am WLAN an.</translation>
        </message>
        <message>
            <source>Something arrived damaged</source>
            <translation>Etwas kam beschädigt an</translation>
        </message>
        <message>
            <source>What arrived was not what was announced, so it was not used.</source>
            <translation>Was ankam, war nicht das, was angekündigt war, darum wurde es nicht verwendet.</translation>
        </message>
        <message>
            <source>It throws it away and fetches it again.</source>
            <translation>Sie verwirft es und holt es noch einmal.</translation>
        </message>
        <message>
            <source>Nothing has to be done. If it happens often, check the memory, the cable or the wireless connection.</source>
            <translation>Du musst nichts tun. Wenn es oft vorkommt, prüf den Arbeitsspeicher, das Kabel oder das WLAN.</translation>
        </message>
        <message>
            <source>The connection to the network was lost</source>
            <translation>Die Verbindung zum Netzwerk ging verloren</translation>
        </message>
        <message>
            <source>The connection broke off while this computer was training.</source>
            <translation>Die Verbindung brach ab, während dieser Computer trainierte.</translation>
        </message>
        <message>
            <source>It connects again by itself and goes on where it was.</source>
            <translation>Sie verbindet sich von selbst wieder und macht dort weiter, wo sie war.</translation>
        </message>
        <message>
            <source>Nothing has to be done. If it happens every few minutes, move closer to the router or use a cable.</source>
            <translation>Du musst nichts tun. Wenn es alle paar Minuten vorkommt, geh näher an den Router oder nimm ein Kabel.</translation>
        </message>
        <message>
            <source>Another computer can't be reached</source>
            <translation>Ein anderer Computer ist nicht zu erreichen</translation>
        </message>
        <message>
            <source>The parts of the model lie on different computers, and one of them did not answer.</source>
            <translation>Die Teile des Modells liegen auf verschiedenen Computern, und einer davon hat nicht geantwortet.</translation>
        </message>
        <message>
            <source>It takes another way, or waits until the network has put another computer in its place.</source>
            <translation>Sie nimmt einen anderen Weg oder wartet, bis das Netzwerk einen anderen Computer an seine Stelle gesetzt hat.</translation>
        </message>
        <message>
            <source>Nothing has to be done.</source>
            <translation>Du musst nichts tun.</translation>
        </message>
        <message>
            <source>The network on this computer ended</source>
            <translation>Das Netzwerk auf diesem Computer endete</translation>
        </message>
        <message>
            <source>The small network for trying everything out on this computer did not start, or ended by itself.</source>
            <translation>Das kleine Netzwerk, um alles auf diesem Computer auszuprobieren, ist nicht gestartet oder endete von selbst.</translation>
        </message>
        <message>
            <source>It starts it again by itself.</source>
            <translation>Sie startet es von selbst wieder.</translation>
        </message>
        <message>
            <source>Close other programs if memory is short. If it goes on, save a report.</source>
            <translation>Schließ andere Programme, wenn der Arbeitsspeicher knapp ist. Wenn es weitergeht, speichere einen Bericht.</translation>
        </message>
        <message>
            <source>The app is too old for the network</source>
            <translation>Die App ist zu alt für das Netzwerk</translation>
        </message>
        <message>
            <source>The network speaks a newer version than this app, so they can't train together.</source>
            <translation>Das Netzwerk spricht eine neuere Version als diese App, darum können sie nicht zusammen trainieren.</translation>
        </message>
        <message>
            <source>It looks for a newer version and begins it while nobody is disturbed, unless you switched that off.</source>
            <translation>Sie sieht nach einer neueren Version und beginnt mit ihr, wenn es niemanden stört, außer du hast das abgeschaltet.</translation>
        </message>
        <message>
            <source>Quit the app and start it again if a new version is ready, or choose “Update by itself” in Settings.</source>
            <translation>Beende die App und starte sie neu, wenn eine neue Version bereit ist, oder wähle in den Einstellungen „Von selbst aktualisieren“.</translation>
        </message>
        <message>
            <source>This month's data are used up</source>
            <translation>Die Datenmenge dieses Monats ist aufgebraucht</translation>
        </message>
        <message>
            <source>You allowed training an amount of data in a month, and that has been used.</source>
            <translation>Du hast dem Training eine Datenmenge im Monat erlaubt, und die ist verbraucht.</translation>
        </message>
        <message>
            <source>It waits until the next month begins.</source>
            <translation>Sie wartet, bis der nächste Monat beginnt.</translation>
        </message>
        <message>
            <source>Under Connection you can allow more, or no limit.</source>
            <translation>Unter „Verbindung“ kannst du mehr erlauben oder die Grenze aufheben.</translation>
        </message>
        <message>
            <source>A piece of work came too late</source>
            <translation>Eine Arbeit kam zu spät</translation>
        </message>
        <message>
            <source>This computer finished a step when the others had already gone on, so that step was left out.</source>
            <translation>Dieser Computer wurde mit einem Schritt fertig, als die anderen schon weiter waren, darum wurde der Schritt ausgelassen.</translation>
        </message>
        <message>
            <source>It takes the newest state and goes on.</source>
            <translation>Sie holt den neuesten Stand und macht weiter.</translation>
        </message>
        <message>
            <source>Nothing has to be done. If it happens often, the connection or the computer is busy with something else.</source>
            <translation>Du musst nichts tun. Wenn es oft vorkommt, ist die Verbindung oder der Computer mit etwas anderem beschäftigt.</translation>
        </message>
        <message>
            <source>The ledger can't be asked</source>
            <translation>Das Kontobuch lässt sich nicht fragen</translation>
        </message>
        <message>
            <source>The network's ledger did not answer, so the figures of your earnings may be old.</source>
            <translation>Das Kontobuch des Netzwerks hat nicht geantwortet, darum können die Zahlen zu deinem Verdienst alt sein.</translation>
        </message>
        <message>
            <source>It asks again by itself. What you have earned is not touched.</source>
            <translation>Sie fragt von selbst wieder. Was du verdient hast, ist nicht betroffen.</translation>
        </message>
        <message>
            <source>The proxy does not let it through</source>
            <translation>Der Proxy lässt es nicht durch</translation>
        </message>
        <message>
            <source>This computer goes to the internet through a proxy, as companies and universities have one. That proxy refused, could not be reached, or is of a kind that this app does not speak, such as SOCKS.</source>
            <translation>Dieser Computer geht über einen Proxy ins Internet, wie ihn Firmen und Universitäten haben. Dieser Proxy lehnte ab, war nicht zu erreichen oder ist von einer Art, die diese App nicht spricht, etwa SOCKS.</translation>
        </message>
        <message>
            <source>It tries again by itself. It never goes past a proxy that is set.</source>
            <translation>Sie versucht es von selbst wieder. An einem Proxy, der eingestellt ist, geht sie nie vorbei.</translation>
        </message>
        <message>
            <source>Look at Proxy in Settings: enter the address that whoever runs the proxy gives you, or choose None where there is no proxy any more. Where it asks for a password or is found by a script, ask for an address that works without.</source>
            <translation>Sieh in den Einstellungen unter Proxy nach: Gib die Adresse ein, die dir nennt, wer den Proxy betreibt, oder wähl „Keiner“, wenn es keinen Proxy mehr gibt. Verlangt er ein Passwort oder wird er durch ein Skript gefunden, frag nach einer Adresse, die ohne auskommt.</translation>
        </message>
        <message>
            <source>The network keeps a payout back for now. The reason stands beside it under Earnings.</source>
            <translation>Das Netzwerk behält eine Auszahlung vorerst ein. Der Grund steht unter „Verdienst“ daneben.</translation>
        </message>
        <message>
            <source>Read the reason under Earnings, and check that your payout address is right.</source>
            <translation>Lies den Grund unter „Verdienst“, und prüf, ob deine Auszahlungsadresse stimmt.</translation>
        </message>
    </context>
    <context>
        <name>app.core.removal_plan</name>
        <message>
            <source>the engine and newer versions that were fetched</source>
            <translation>das Trainingsprogramm und neuere Versionen, die geholt wurden</translation>
        </message>
        <message>
            <source>unfinished work and checkpoints</source>
            <translation>unfertige Arbeit und Zwischenstände</translation>
        </message>
        <message>
            <source>what it remembers, its earnings book included</source>
            <translation>was sie sich merkt, mit ihrem Verdienstbuch</translation>
        </message>
        <message>
            <source>logs</source>
            <translation>Protokolle</translation>
        </message>
        <message>
            <source>settings</source>
            <translation>Einstellungen</translation>
        </message>
        <message>
            <source>this computer's key</source>
            <translation>der Schlüssel dieses Computers</translation>
        </message>
    </context>
    <context>
        <name>app.core.report.contents</name>
        <message>
            <source>A problem report of Train at Home, {time}.
Nobody was sent this: whoever has it got it from the person who saved it.
Names of person and computer, folders, addresses of wallets and of the internet, e-mail addresses, and all that looks like a password, key or token were taken out. The same address has the same number everywhere.</source>
            <translation>Ein Problembericht von Train at Home, {time}.
Niemandem wurde er gesendet: Wer ihn hat, hat ihn von der Person, die ihn gespeichert hat.
Namen von Person und Computer, Ordner, Adressen von Wallets und im Internet, E-Mail-Adressen und alles, was nach Passwort, Schlüssel oder Zugangszeichen aussieht, wurden entfernt. Dieselbe Adresse hat überall dieselbe Nummer.</translation>
        </message>
    </context>
    <context>
        <name>app.core.report.digest</name>
        <message>
            <source>{size} memory</source>
            <translation>{size} Arbeitsspeicher</translation>
        </message>
        <message>
            <source>Its state can't be told.</source>
            <translation>Sein Zustand ist nicht zu erfahren.</translation>
        </message>
        <message>
            <source>Troubles:</source>
            <translation>Störungen:</translation>
        </message>
        <message>
            <source>Its settings can't be told.</source>
            <translation>Seine Einstellungen sind nicht zu erfahren.</translation>
        </message>
        <message>
            <source>Set differently than at first:</source>
            <translation>Anders eingestellt als am Anfang:</translation>
        </message>
        <message>
            <source>All is set as at first.</source>
            <translation>Alles ist eingestellt wie am Anfang.</translation>
        </message>
        <message>
            <source>Its readings can't be told.</source>
            <translation>Seine Messwerte sind nicht zu erfahren.</translation>
        </message>
        <message>
            <source>Read last:</source>
            <translation>Zuletzt gelesen:</translation>
        </message>
    </context>
    <context>
        <name>app.core.settings.change</name>
        <message>
            <source>This app doesn't speak “{tag}”.</source>
            <translation>Diese App spricht kein „{tag}“.</translation>
        </message>
        <message>
            <source>It speaks: {names}.</source>
            <translation>Sie spricht: {names}.</translation>
        </message>
        <message>
            <source>The engine needs at least one thread.</source>
            <translation>Das Trainingsprogramm braucht mindestens einen Thread.</translation>
        </message>
        <message>
            <source>The engine needs between 5 and 100 % of the graphics card's memory.</source>
            <translation>Das Trainingsprogramm braucht zwischen 5 und 100 % des Grafikspeichers.</translation>
        </message>
        <message>
            <source>Between 1 and {most} graphics cards can compute, not {cards}.</source>
            <translation>Zwischen 1 und {most} Grafikkarten können rechnen, nicht {cards}.</translation>
        </message>
        <message>
            <source>The engine can compute between {least} and {most} of the time.</source>
            <translation>Das Trainingsprogramm kann zwischen {least} und {most} der Zeit rechnen.</translation>
        </message>
        <message>
            <source>With a limit of nothing this computer could never train.</source>
            <translation>Mit einer Grenze von nichts könnte dieser Computer nie trainieren.</translation>
        </message>
        <message>
            <source>Enter more, or no limit.</source>
            <translation>Gib mehr ein, oder keine Grenze.</translation>
        </message>
    </context>
    <context>
        <name>app.core.settings.limit_fields</name>
        <message>
            <source>rpm</source>
            <translation>U/min</translation>
        </message>
        <message>
            <source>Mbit/s</source>
            <translation>Mbit/s</translation>
        </message>
        <message>
            <source>Power</source>
            <translation>Strom</translation>
        </message>
        <message>
            <source>Train only on mains</source>
            <translation>Nur am Stromnetz trainieren</translation>
        </message>
        <message>
            <source>Train only with a battery charged to at least</source>
            <translation>Nur trainieren, wenn der Akku geladen ist auf mindestens</translation>
        </message>
        <message>
            <source>Wait while the computer saves energy</source>
            <translation>Warten, während der Computer Energie spart</translation>
        </message>
        <message>
            <source>Wait while electricity costs more than</source>
            <translation>Warten, während Strom mehr kostet als</translation>
        </message>
        <message>
            <source>While you use it</source>
            <translation>Während du ihn benutzt</translation>
        </message>
        <message>
            <source>Train only when nobody touched the computer for</source>
            <translation>Nur trainieren, wenn niemand den Computer berührt hat seit</translation>
        </message>
        <message>
            <source>Wait while a game, a film or a presentation fills the screen</source>
            <translation>Warten, während ein Spiel, ein Film oder eine Präsentation den Bildschirm füllt</translation>
        </message>
        <message>
            <source>Wait while somebody else sits at this computer</source>
            <translation>Warten, während jemand anders an diesem Computer sitzt</translation>
        </message>
        <message>
            <source>Wait while one of these programs runs</source>
            <translation>Warten, während eins dieser Programme läuft</translation>
        </message>
        <message>
            <source>Wait while the connection is paid by volume</source>
            <translation>Warten, während die Verbindung nach Datenmenge bezahlt wird</translation>
        </message>
        <message>
            <source>Heat, noise and room</source>
            <translation>Wärme, Lärm und Platz</translation>
        </message>
        <message>
            <source>Keep the processor at most as warm as</source>
            <translation>Prozessor höchstens so warm wie</translation>
        </message>
        <message>
            <source>Keep the graphics card at most as warm as</source>
            <translation>Grafikkarte höchstens so warm wie</translation>
        </message>
        <message>
            <source>Wait while a fan turns faster than</source>
            <translation>Warten, während ein Lüfter schneller dreht als</translation>
        </message>
        <message>
            <source>Keep memory free, at least</source>
            <translation>Arbeitsspeicher frei lassen, mindestens</translation>
        </message>
        <message>
            <source>Keep disk space free, at least</source>
            <translation>Platz auf der Festplatte frei lassen, mindestens</translation>
        </message>
    </context>
    <context>
        <name>app.core.settings.mending</name>
        <message>
            <source>, item {place}</source>
            <translation>, Eintrag {place}</translation>
        </message>
    </context>
    <context>
        <name>app.core.settings.stored_file</name>
        <message>
            <source>{name} is damaged ({problem}), so these are the defaults.</source>
            <translation>{name} ist beschädigt ({problem}), darum stehen hier die Vorgaben.</translation>
        </message>
        <message>
            <source>The app keeps the damaged file when it next starts.</source>
            <translation>Die App hebt die beschädigte Datei auf, wenn sie das nächste Mal startet.</translation>
        </message>
        <message>
            <source>Part of {name} can't be read: {parts}.</source>
            <translation>Ein Teil von {name} lässt sich nicht lesen: {parts}.</translation>
        </message>
        <message>
            <source>What stands here in its place is what the app would use.</source>
            <translation>Was hier stattdessen steht, würde die App verwenden.</translation>
        </message>
        <message>
            <source>{path} can't be read: {problem}.</source>
            <translation>{path} lässt sich nicht lesen: {problem}.</translation>
        </message>
        <message>
            <source>a later version</source>
            <translation>einer späteren Version</translation>
        </message>
        <message>
            <source>version {version}</source>
            <translation>Version {version}</translation>
        </message>
        <message>
            <source>{path} was written by {writer} of this app, which is newer than this one.</source>
            <translation>{path} wurde von {writer} dieser App geschrieben, die neuer ist als diese.</translation>
        </message>
        <message>
            <source>Install that version or a later one; the file was left as it is.</source>
            <translation>Installiere jene Version oder eine spätere; die Datei blieb, wie sie war.</translation>
        </message>
        <message>
            <source>Part of {name} could not be read and was left out: {parts}.</source>
            <translation>Ein Teil von {name} war nicht zu lesen und wurde weggelassen: {parts}.</translation>
        </message>
        <message>
            <source>Please set it again. The file as it was is kept as {backup}.</source>
            <translation>Bitte stell das noch einmal ein. Die Datei, wie sie war, bleibt erhalten als {backup}.</translation>
        </message>
        <message>
            <source>{path} is damaged and can't be put aside: {problem}.</source>
            <translation>{path} ist beschädigt und lässt sich nicht beiseitelegen: {problem}.</translation>
        </message>
        <message>
            <source>{name} was damaged ({problem}), so this app starts with its defaults.</source>
            <translation>{name} war beschädigt ({problem}), darum startet diese App mit ihren Vorgaben.</translation>
        </message>
        <message>
            <source>The damaged file is kept as {backup}.</source>
            <translation>Die beschädigte Datei bleibt erhalten als {backup}.</translation>
        </message>
        <message>
            <source>{path} can't be written: {problem}.</source>
            <translation>{path} lässt sich nicht schreiben: {problem}.</translation>
        </message>
    </context>
    <context>
        <name>app.core.settings.typed_limits</name>
        <message>
            <source>Give each limit once.</source>
            <translation>Gib jede Grenze einmal an.</translation>
        </message>
        <message>
            <source>“{name}” was given twice.</source>
            <translation>„{name}“ wurde zweimal angegeben.</translation>
        </message>
        <message>
            <source>Say how much as well: gates.data_quota_bytes 100GB</source>
            <translation>Sag auch, wie viel: gates.data_quota_bytes 100GB</translation>
        </message>
        <message>
            <source>All of them: train-at-home limits set</source>
            <translation>Alle nennt: train-at-home limits set</translation>
        </message>
        <message>
            <source>“{name}” is no limit that can be set here.</source>
            <translation>„{name}“ ist keine Grenze, die man hier setzen kann.</translation>
        </message>
        <message>
            <source>off, automatic or on</source>
            <translation>off, automatic oder on</translation>
        </message>
        <message>
            <source>on or off</source>
            <translation>on oder off</translation>
        </message>
        <message>
            <source>system, none, or an address like {example}</source>
            <translation>system, none oder eine Adresse wie {example}</translation>
        </message>
        <message>
            <source>a folder on any disk, or none</source>
            <translation>ein Ordner auf irgendeiner Platte, oder none</translation>
        </message>
        <message>
            <source>names with commas between them, or none</source>
            <translation>Namen mit Kommas dazwischen, oder none</translation>
        </message>
        <message>
            <source>{least} to {most} {unit}</source>
            <translation>{least} bis {most} {unit}</translation>
        </message>
        <message>
            <source>{range}, like {example}</source>
            <translation>{range}, wie {example}</translation>
        </message>
        <message>
            <source>{range}; or none</source>
            <translation>{range}; oder none</translation>
        </message>
        <message>
            <source>“{name}” can't be “{value}”.</source>
            <translation>„{name}“ kann nicht „{value}“ sein.</translation>
        </message>
        <message>
            <source>It may be: {permitted}.</source>
            <translation>Möglich ist: {permitted}.</translation>
        </message>
    </context>
    <context>
        <name>app.core.settings.words</name>
        <message>
            <source>The form of this file; written by the app.</source>
            <translation>Die Form dieser Datei; von der App geschrieben.</translation>
        </message>
        <message>
            <source>The version of the app that wrote this file last.</source>
            <translation>Die Version der App, die diese Datei zuletzt geschrieben hat.</translation>
        </message>
        <message>
            <source>Where to train: a network on this computer, a known one by name, or the address of an orchestrator.</source>
            <translation>Wo trainiert wird: ein Netzwerk auf diesem Computer, ein bekanntes mit Namen oder die Adresse eines Orchestrators.</translation>
        </message>
        <message>
            <source>What you last asked for: automatic, on, off or paused, and until when.</source>
            <translation>Was du zuletzt verlangt hast: automatisch, an, aus oder pausiert, und bis wann.</translation>
        </message>
        <message>
            <source>Whether the hours count; if not, any hour is good.</source>
            <translation>Ob die Zeiten zählen; wenn nicht, ist jede Stunde recht.</translation>
        </message>
        <message>
            <source>The hours of the week: weekday 0 is Monday, times are minutes since midnight. Each may have a last start and an overrun of its own.</source>
            <translation>Die Zeiten der Woche: Wochentag 0 ist Montag, Zeiten sind Minuten seit Mitternacht. Jede kann einen eigenen letzten Beginn und eine eigene Übergabe haben.</translation>
        </message>
        <message>
            <source>Days off, and nights that are skipped.</source>
            <translation>Freie Tage und Nächte, die ausgelassen werden.</translation>
        </message>
        <message>
            <source>So many minutes before hours end nothing new begins.</source>
            <translation>So viele Minuten vor dem Ende der Zeiten beginnt nichts Neues.</translation>
        </message>
        <message>
            <source>So many minutes after hours end, what is under way may still be handed over.</source>
            <translation>So viele Minuten nach dem Ende der Zeiten darf übergeben werden, was in Arbeit ist.</translation>
        </message>
        <message>
            <source>Train only on mains: off, automatic (where that can be told) or on (wait also where it can't).</source>
            <translation>Nur am Stromnetz trainieren: off (aus), automatic (wo es feststellbar ist) oder on (auch warten, wo nicht).</translation>
        </message>
        <message>
            <source>Train only with a battery charged to battery_least_share: off, automatic or on.</source>
            <translation>Nur trainieren, wenn der Akku auf battery_least_share geladen ist: off, automatic oder on.</translation>
        </message>
        <message>
            <source>How full the battery must be, between 0 and 1.</source>
            <translation>Wie voll der Akku sein muss, zwischen 0 und 1.</translation>
        </message>
        <message>
            <source>Wait while the computer saves energy: off, automatic or on.</source>
            <translation>Warten, während der Computer Energie spart: off, automatic oder on.</translation>
        </message>
        <message>
            <source>Wait while a kilowatt hour costs more than electricity_most_per_kwh: off, automatic or on.</source>
            <translation>Warten, während eine Kilowattstunde mehr kostet als electricity_most_per_kwh: off, automatic oder on.</translation>
        </message>
        <message>
            <source>The most a kilowatt hour may cost, in your currency, by your own prices.</source>
            <translation>Was eine Kilowattstunde höchstens kosten darf, in deiner Währung, nach deinen Preisen.</translation>
        </message>
        <message>
            <source>Train only when nobody touched the computer for idle_least_seconds: off, automatic or on.</source>
            <translation>Nur trainieren, wenn niemand den Computer berührt hat seit idle_least_seconds: off, automatic oder on.</translation>
        </message>
        <message>
            <source>So many seconds nobody must have touched it.</source>
            <translation>So viele Sekunden darf ihn niemand berührt haben.</translation>
        </message>
        <message>
            <source>Wait while the connection is paid by volume: off, automatic or on.</source>
            <translation>Warten, während die Verbindung nach Datenmenge bezahlt wird: off, automatic oder on.</translation>
        </message>
        <message>
            <source>Wait while one of busy_programs runs: off, automatic or on.</source>
            <translation>Warten, während eins von busy_programs läuft: off, automatic oder on.</translation>
        </message>
        <message>
            <source>The names of those programs.</source>
            <translation>Die Namen dieser Programme.</translation>
        </message>
        <message>
            <source>Wait while a game, a film or a presentation fills the screen: off, automatic or on.</source>
            <translation>Warten, während ein Spiel, ein Film oder eine Präsentation den Bildschirm füllt: off, automatic oder on.</translation>
        </message>
        <message>
            <source>Wait while somebody else sits at this computer: off, automatic or on.</source>
            <translation>Warten, während jemand anders an diesem Computer sitzt: off, automatic oder on.</translation>
        </message>
        <message>
            <source>Wait while the processor is warmer than temperature_most_celsius: off, automatic or on.</source>
            <translation>Warten, während der Prozessor wärmer ist als temperature_most_celsius: off, automatic oder on.</translation>
        </message>
        <message>
            <source>How warm the processor may get, in degrees Celsius.</source>
            <translation>Wie warm der Prozessor werden darf, in Grad Celsius.</translation>
        </message>
        <message>
            <source>The same for the graphics card: off, automatic or on.</source>
            <translation>Dasselbe für die Grafikkarte: off, automatic oder on.</translation>
        </message>
        <message>
            <source>How warm the graphics card may get, in degrees Celsius.</source>
            <translation>Wie warm die Grafikkarte werden darf, in Grad Celsius.</translation>
        </message>
        <message>
            <source>Wait while the fastest fan turns faster than fans_most_rpm: off, automatic or on.</source>
            <translation>Warten, während der schnellste Lüfter schneller dreht als fans_most_rpm: off, automatic oder on.</translation>
        </message>
        <message>
            <source>How fast a fan may turn, in turns a minute.</source>
            <translation>Wie schnell ein Lüfter drehen darf, in Umdrehungen pro Minute.</translation>
        </message>
        <message>
            <source>Wait while less memory is free than memory_least_bytes: off, automatic or on.</source>
            <translation>Warten, während weniger Arbeitsspeicher frei ist als memory_least_bytes: off, automatic oder on.</translation>
        </message>
        <message>
            <source>How many bytes of memory must be free.</source>
            <translation>Wie viele Bytes Arbeitsspeicher frei sein müssen.</translation>
        </message>
        <message>
            <source>Wait while less disk space is free than disk_least_bytes: off, automatic or on.</source>
            <translation>Warten, während weniger Platz auf der Festplatte frei ist als disk_least_bytes: off, automatic oder on.</translation>
        </message>
        <message>
            <source>How many bytes must stay free on the disk that holds the app's work.</source>
            <translation>Wie viele Bytes auf der Festplatte frei bleiben müssen, auf der die Arbeit der App liegt.</translation>
        </message>
        <message>
            <source>Wait for the next month once data_quota_bytes are used up: off, automatic or on.</source>
            <translation>Auf den nächsten Monat warten, wenn data_quota_bytes aufgebraucht sind: off, automatic oder on.</translation>
        </message>
        <message>
            <source>How many bytes may be sent and received in a month, together.</source>
            <translation>Wie viele Bytes im Monat gesendet und empfangen werden dürfen, zusammen.</translation>
        </message>
        <message>
            <source>Wait until the network answers: off, automatic or on.</source>
            <translation>Warten, bis das Netzwerk antwortet: off, automatic oder on.</translation>
        </message>
        <message>
            <source>Wait while the network speaks another version: off, automatic or on.</source>
            <translation>Warten, während das Netzwerk eine andere Version spricht: off, automatic oder on.</translation>
        </message>
        <message>
            <source>The public address of the wallet that earnings go to. Never a key, never words.</source>
            <translation>Die öffentliche Adresse der Wallet, an die der Verdienst geht. Nie ein Schlüssel, nie Wörter.</translation>
        </message>
        <message>
            <source>What to compute on: auto, cpu, cuda, mps or xpu.</source>
            <translation>Womit gerechnet wird: auto, cpu, cuda, mps oder xpu.</translation>
        </message>
        <message>
            <source>How many graphics cards compute at most, each with an engine of its own.</source>
            <translation>Wie viele Grafikkarten höchstens rechnen, jede mit einem eigenen Trainingsprogramm.</translation>
        </message>
        <message>
            <source>How many threads of the processor the engine computes with.</source>
            <translation>Mit wie vielen Threads des Prozessors das Trainingsprogramm rechnet.</translation>
        </message>
        <message>
            <source>How much of the time the engine computes at most, between 0.1 and 1; it rests in between.</source>
            <translation>Wie viel der Zeit das Trainingsprogramm höchstens rechnet, zwischen 0.1 und 1; dazwischen ruht es.</translation>
        </message>
        <message>
            <source>The most memory of the engine in bytes; null leaves it to the engine.</source>
            <translation>Der meiste Arbeitsspeicher des Trainingsprogramms in Bytes; null überlässt es dem Programm.</translation>
        </message>
        <message>
            <source>How much of the graphics card's memory the engine may take, between 0.05 and 1.</source>
            <translation>Wie viel vom Speicher der Grafikkarte das Trainingsprogramm nehmen darf, zwischen 0.05 und 1.</translation>
        </message>
        <message>
            <source>The most disk space for the engine's work, in bytes.</source>
            <translation>Der meiste Platz auf der Festplatte für die Arbeit des Trainingsprogramms, in Bytes.</translation>
        </message>
        <message>
            <source>In which folder the engine's work lies; null for beside the app's other data.</source>
            <translation>In welchem Ordner die Arbeit des Trainingsprogramms liegt; null heißt: bei den übrigen Daten der App.</translation>
        </message>
        <message>
            <source>The most that is sent in a second, in bytes; null is no limit.</source>
            <translation>Was pro Sekunde höchstens gesendet wird, in Bytes; null ist keine Grenze.</translation>
        </message>
        <message>
            <source>The most that is received in a second, in bytes; null is no limit.</source>
            <translation>Was pro Sekunde höchstens empfangen wird, in Bytes; null ist keine Grenze.</translation>
        </message>
        <message>
            <source>Meet other computers only in the network's store, so that none sees this one's internet address.</source>
            <translation>Andere Computer nur im Speicher des Netzwerks treffen, sodass keiner die Internetadresse von diesem sieht.</translation>
        </message>
        <message>
            <source>How to reach servers: system (what the system says), none, or a proxy's address without a password.</source>
            <translation>Wie Server zu erreichen sind: system (was das System sagt), none oder die Adresse eines Proxys ohne Passwort.</translation>
        </message>
        <message>
            <source>Which key signs this computer's work, by where it lies; never the key itself.</source>
            <translation>Welcher Schlüssel die Arbeit dieses Computers unterschreibt, nach seinem Ort; nie der Schlüssel selbst.</translation>
        </message>
        <message>
            <source>Show no amounts of money anywhere.</source>
            <translation>Nirgends Geldbeträge zeigen.</translation>
        </message>
        <message>
            <source>What amounts are shown in: alpha, tao or money.</source>
            <translation>Worin Beträge gezeigt werden: alpha, tao oder money (Geld).</translation>
        </message>
        <message>
            <source>Your currency.</source>
            <translation>Deine Währung.</translation>
        </message>
        <message>
            <source>What electricity costs for a kilowatt hour, at all hours or by the hour.</source>
            <translation>Was eine Kilowattstunde Strom kostet, zu allen Stunden oder je Stunde.</translation>
        </message>
        <message>
            <source>What one TAO is worth, as you typed it.</source>
            <translation>Was ein TAO wert ist, wie du es eingegeben hast.</translation>
        </message>
        <message>
            <source>The watts drawn while it trains, read off a meter; null lets the app find out.</source>
            <translation>Die Watt beim Training, an einem Messgerät abgelesen; bei null findet die App es selbst heraus.</translation>
        </message>
        <message>
            <source>Look for a newer version daily, and begin it while nobody is disturbed.</source>
            <translation>Täglich nach einer neueren Version sehen und mit ihr beginnen, wenn es niemanden stört.</translation>
        </message>
        <message>
            <source>Which versions are taken: stable, or early for new ones first, while more may still go wrong.</source>
            <translation>Welche Versionen genommen werden: stable (erprobt), oder early (vorab) für neue zuerst, in denen noch mehr schiefgehen kann.</translation>
        </message>
        <message>
            <source>Tell when training begins because your hours do.</source>
            <translation>Sagen, wenn das Training beginnt, weil deine Zeiten beginnen.</translation>
        </message>
        <message>
            <source>Tell what was done and earned once your hours are over.</source>
            <translation>Sagen, was getan und verdient wurde, wenn deine Zeiten um sind.</translation>
        </message>
        <message>
            <source>Tell when it can't train and most likely needs you; at any hour.</source>
            <translation>Sagen, wenn er nicht trainieren kann und dich wohl braucht; zu jeder Stunde.</translation>
        </message>
        <message>
            <source>Tell when a newer version was fetched.</source>
            <translation>Sagen, wenn eine neuere Version geholt wurde.</translation>
        </message>
        <message>
            <source>Tell when the network paid you.</source>
            <translation>Sagen, wenn das Netzwerk dich bezahlt hat.</translation>
        </message>
        <message>
            <source>Tell when the address that earnings go to was changed; at any hour.</source>
            <translation>Sagen, wenn die Adresse geändert wurde, an die der Verdienst geht; zu jeder Stunde.</translation>
        </message>
        <message>
            <source>Whether there are quiet hours, in which only what is urgent is told.</source>
            <translation>Ob es Ruhezeiten gibt, in denen nur Dringendes gesagt wird.</translation>
        </message>
        <message>
            <source>When the quiet hours begin, in minutes since midnight.</source>
            <translation>Wann die Ruhezeit beginnt, in Minuten seit Mitternacht.</translation>
        </message>
        <message>
            <source>When they end, in minutes since midnight; it may be the next day.</source>
            <translation>Wann sie endet, in Minuten seit Mitternacht; das darf am nächsten Tag sein.</translation>
        </message>
        <message>
            <source>The language of the app: system, or a tag like en.</source>
            <translation>Die Sprache der App: system oder ein Kürzel wie de.</translation>
        </message>
        <message>
            <source>The windows' colours: system, light, dark or contrast.</source>
            <translation>Die Farben der Fenster: system, light (hell), dark (dunkel) oder contrast (hoher Kontrast).</translation>
        </message>
    </context>
    <context>
        <name>app.core.settings.work_folder</name>
        <message>
            <source>That is no name of a folder.</source>
            <translation>Das ist kein Name eines Ordners.</translation>
        </message>
        <message>
            <source>Choose a folder that is there.</source>
            <translation>Wähle einen Ordner, den es gibt.</translation>
        </message>
        <message>
            <source>“{folder}” does not say on which disk it is.</source>
            <translation>„{folder}“ sagt nicht, auf welcher Platte er liegt.</translation>
        </message>
        <message>
            <source>Give the whole way to the folder, from the disk on.</source>
            <translation>Gib den ganzen Weg zum Ordner an, von der Platte an.</translation>
        </message>
        <message>
            <source>With the app's other data</source>
            <translation>Bei den übrigen Daten der App</translation>
        </message>
        <message>
            <source>That room is free again. What is needed is fetched when training next begins.</source>
            <translation>Der Platz ist wieder frei. Was gebraucht wird, wird beim nächsten Training geladen.</translation>
        </message>
    </context>
    <context>
        <name>app.core.supervisor</name>
        <message>
            <source>The engine needs it now.</source>
            <translation>Das Trainingsprogramm braucht das gerade.</translation>
        </message>
        <message>
            <source>Let it finish first; then that room can be freed.</source>
            <translation>Lass es erst fertig werden; dann lässt sich der Platz freimachen.</translation>
        </message>
    </context>
    <context>
        <name>app.core.words</name>
        <message>
            <source>Closing</source>
            <translation>Wird beendet</translation>
        </message>
        <message>
            <source>Finishing</source>
            <translation>Bringt zu Ende</translation>
        </message>
        <message>
            <source>Choose a network</source>
            <translation>Netzwerk wählen</translation>
        </message>
        <message>
            <source>Off</source>
            <translation>Aus</translation>
        </message>
        <message>
            <source>Paused</source>
            <translation>Pausiert</translation>
        </message>
        <message>
            <source>Finished</source>
            <translation>Fertig</translation>
        </message>
        <message>
            <source>Waiting</source>
            <translation>Wartet</translation>
        </message>
        <message>
            <source>Closed.</source>
            <translation>Beendet.</translation>
        </message>
        <message>
            <source>Your hours are over. Handing over what is under way, until {time} at the latest.</source>
            <translation>Deine Zeiten sind um. Was in Arbeit ist, wird übergeben, bis spätestens {time}.</translation>
        </message>
        <message>
            <source>with less at once, because memory ran short</source>
            <translation>mit weniger auf einmal, weil der Arbeitsspeicher knapp wurde</translation>
        </message>
        <message>
            <source>This computer may train{until}.</source>
            <translation>Dieser Computer darf trainieren{until}.</translation>
        </message>
        <message>
            <source>Training, as you asked{until}.</source>
            <translation>Training, wie du es wolltest{until}.</translation>
        </message>
        <message>
            <source>Paused by you{until}.</source>
            <translation>Von dir pausiert{until}.</translation>
        </message>
        <message>
            <source> until you resume</source>
            <translation>, bis du weitermachst</translation>
        </message>
        <message>
            <source>Finishing what is under way, then off.</source>
            <translation>Bringt zu Ende, was in Arbeit ist, dann aus.</translation>
        </message>
        <message>
            <source>Off until you turn it on.</source>
            <translation>Aus, bis du es einschaltest.</translation>
        </message>
        <message>
            <source>Finished, as you asked; off{until}.</source>
            <translation>Fertig, wie du es wolltest; aus{until}.</translation>
        </message>
        <message>
            <source> until you turn it on</source>
            <translation>, bis du es einschaltest</translation>
        </message>
        <message>
            <source>Network chosen</source>
            <translation>Netzwerk gewählt</translation>
        </message>
        <message>
            <source>Computer awake</source>
            <translation>Computer wach</translation>
        </message>
        <message>
            <source>Up to date</source>
            <translation>Auf dem neuesten Stand</translation>
        </message>
        <message>
            <source>Within your hours</source>
            <translation>Innerhalb deiner Zeiten</translation>
        </message>
        <message>
            <source>Plugged in</source>
            <translation>Am Stromnetz</translation>
        </message>
        <message>
            <source>Battery charged</source>
            <translation>Akku geladen</translation>
        </message>
        <message>
            <source>Not saving energy</source>
            <translation>Spart keine Energie</translation>
        </message>
        <message>
            <source>Electricity cheap enough</source>
            <translation>Strom billig genug</translation>
        </message>
        <message>
            <source>Network not metered</source>
            <translation>Verbindung ohne Datengebühr</translation>
        </message>
        <message>
            <source>Data allowance left</source>
            <translation>Datenmenge übrig</translation>
        </message>
        <message>
            <source>No busy program</source>
            <translation>Kein beachtetes Programm</translation>
        </message>
        <message>
            <source>Nobody else at this computer</source>
            <translation>Niemand sonst am Computer</translation>
        </message>
        <message>
            <source>Computer not in use</source>
            <translation>Computer nicht in Gebrauch</translation>
        </message>
        <message>
            <source>Cool enough</source>
            <translation>Kühl genug</translation>
        </message>
        <message>
            <source>Graphics card cool enough</source>
            <translation>Grafikkarte kühl genug</translation>
        </message>
        <message>
            <source>Fans quiet enough</source>
            <translation>Lüfter leise genug</translation>
        </message>
        <message>
            <source>Enough memory</source>
            <translation>Genug Arbeitsspeicher</translation>
        </message>
        <message>
            <source>Enough disk space</source>
            <translation>Genug Platz auf der Festplatte</translation>
        </message>
        <message>
            <source>Network reachable</source>
            <translation>Netzwerk erreichbar</translation>
        </message>
        <message>
            <source>Payout address given</source>
            <translation>Auszahlungsadresse angegeben</translation>
        </message>
        <message>
            <source>yes{until}</source>
            <translation>ja{until}</translation>
        </message>
        <message>
            <source>no{until}</source>
            <translation>nein{until}</translation>
        </message>
        <message>
            <source>stopped</source>
            <translation>angehalten</translation>
        </message>
        <message>
            <source>starting</source>
            <translation>startet</translation>
        </message>
        <message>
            <source>downloading</source>
            <translation>lädt herunter</translation>
        </message>
        <message>
            <source>waiting for peers</source>
            <translation>wartet auf andere</translation>
        </message>
        <message>
            <source>saving</source>
            <translation>speichert</translation>
        </message>
        <message>
            <source>stopping</source>
            <translation>hält an</translation>
        </message>
        <message>
            <source>failed</source>
            <translation>fehlgeschlagen</translation>
        </message>
        <message>
            <source>The network has not told about this computer's work yet.</source>
            <translation>Das Netzwerk hat noch nichts über die Arbeit dieses Computers gemeldet.</translation>
        </message>
        <message>
            <source>Tonight {tonight} of accepted work; {pending} to be paid, {paid} paid.</source>
            <translation>Heute Nacht {tonight} anerkannte Arbeit; {pending} ausstehend, {paid} ausgezahlt.</translation>
        </message>
        <message>
            <source>Add a payout address to receive it; nothing is lost meanwhile.</source>
            <translation>Gib eine Auszahlungsadresse an, um es zu erhalten; bis dahin geht nichts verloren.</translation>
        </message>
        <message>
            <source>Handing over, then closing.</source>
            <translation>Übergibt und beendet sich dann.</translation>
        </message>
        <message>
            <source>This device's key lies in a file that only you can read, in {folder}.</source>
            <translation>Der Schlüssel dieses Geräts liegt in einer Datei, die nur du lesen kannst, in {folder}.</translation>
        </message>
        <message>
            <source>A key for trying out, in a file. Joining a network asks for a keychain or a password first.</source>
            <translation>Ein Schlüssel zum Ausprobieren, in einer Datei. Wer einem Netzwerk beitritt, braucht erst einen Schlüsselbund oder ein Passwort.</translation>
        </message>
        <message>
            <source>This device's key lies in a file that your password opens.</source>
            <translation>Der Schlüssel dieses Geräts liegt in einer Datei, die dein Passwort öffnet.</translation>
        </message>
        <message>
            <source>This device signs with the hotkey “{hotkey}” of your wallet “{wallet}”.</source>
            <translation>Dieses Gerät unterschreibt mit dem Hotkey „{hotkey}“ deiner Wallet „{wallet}“.</translation>
        </message>
        <message>
            <source>Waiting for its key</source>
            <translation>Wartet auf seinen Schlüssel</translation>
        </message>
        <message>
            <source>Stopped by an error</source>
            <translation>Durch einen Fehler angehalten</translation>
        </message>
        <message>
            <source>Training</source>
            <translation>Training läuft</translation>
        </message>
        <message>
            <source>Waiting for peers</source>
            <translation>Wartet auf andere</translation>
        </message>
        <message>
            <source>Saving</source>
            <translation>Speichert</translation>
        </message>
        <message>
            <source>Starting</source>
            <translation>Startet</translation>
        </message>
        <message>
            <source>Training gently</source>
            <translation>Training läuft sanft</translation>
        </message>
        <message>
            <source>Training gently, part {part} of {parts} of “{title}”</source>
            <translation>Trainiert sanft Teil {part} von {parts} von „{title}“</translation>
        </message>
        <message>
            <source>Training part {part} of {parts} of “{title}”</source>
            <translation>Trainiert Teil {part} von {parts} von „{title}“</translation>
        </message>
        <message>
            <source>The processor is warm, so it goes gently until that has cooled.</source>
            <translation>Der Prozessor ist warm, also geht es sanft, bis er abgekühlt ist.</translation>
        </message>
        <message>
            <source>The graphics card is warm, so it goes gently until that has cooled.</source>
            <translation>Die Grafikkarte ist warm, also geht es sanft, bis sie abgekühlt ist.</translation>
        </message>
        <message>
            <source>The fans are getting loud, so it goes gently until they are quieter.</source>
            <translation>Die Lüfter werden laut, also geht es sanft, bis sie leiser sind.</translation>
        </message>
        <message>
            <source>The training of “{title}” is done.</source>
            <translation>Das Training von „{title}“ ist fertig.</translation>
        </message>
        <message>
            <source>Turn training off and on again to begin another one.</source>
            <translation>Schalte das Training aus und wieder ein, um ein neues zu beginnen.</translation>
        </message>
        <message>
            <source>Waiting for the next one.</source>
            <translation>Wartet auf das nächste.</translation>
        </message>
        <message>
            <source>{what} Trying again at {time}.</source>
            <translation>{what} Nächster Versuch: {time}.</translation>
        </message>
        <message>
            <source>Waiting for this computer's key. {what}</source>
            <translation>Wartet auf den Schlüssel dieses Computers. {what}</translation>
        </message>
        <message>
            <source>Starting a network on this computer.</source>
            <translation>Startet ein Netzwerk auf diesem Computer.</translation>
        </message>
        <message>
            <source>Moving its work to another disk: {done} of {total}.</source>
            <translation>Verschiebt die Arbeit auf eine andere Platte: {done} von {total}.</translation>
        </message>
        <message>
            <source>Downloading its part of the model: {done} of {total}.</source>
            <translation>Lädt seinen Teil des Modells herunter: {done} von {total}.</translation>
        </message>
        <message>
            <source>Downloading its part of the model.</source>
            <translation>Lädt seinen Teil des Modells herunter.</translation>
        </message>
        <message>
            <source>All is trained; the computers put together what they learned.</source>
            <translation>Alles ist trainiert; die Computer fügen zusammen, was sie gelernt haben.</translation>
        </message>
        <message>
            <source>Waiting until enough other computers are there.</source>
            <translation>Wartet, bis genug andere Computer da sind.</translation>
        </message>
        <message>
            <source>Saving its work.</source>
            <translation>Speichert seine Arbeit.</translation>
        </message>
        <message>
            <source>Handing over, to start anew.</source>
            <translation>Übergibt, um neu zu starten.</translation>
        </message>
        <message>
            <source>Starting.</source>
            <translation>Startet.</translation>
        </message>
        <message>
            <source>Outside your hours: no hours are set.</source>
            <translation>Außerhalb deiner Zeiten: Es sind keine festgelegt.</translation>
        </message>
        <message>
            <source>Outside your hours.</source>
            <translation>Außerhalb deiner Zeiten.</translation>
        </message>
        <message>
            <source>Not tonight, as you asked: off until {time}.</source>
            <translation>Heute Nacht nicht, wie du es wolltest: aus bis {time}.</translation>
        </message>
        <message>
            <source>A day off: no training until {time}.</source>
            <translation>Ein freier Tag: kein Training bis {time}.</translation>
        </message>
        <message>
            <source>Too late to begin in these hours; the next begin at {time}.</source>
            <translation>Zu spät, um in diesen Zeiten noch zu beginnen; der nächste Beginn ist {time}.</translation>
        </message>
        <message>
            <source>Outside your hours until {time}.</source>
            <translation>Außerhalb deiner Zeiten bis {time}.</translation>
        </message>
        <message>
            <source>Waiting: can't tell about “{gate}”, which you asked to watch.</source>
            <translation>Wartet: „{gate}“ lässt sich nicht feststellen, und darauf soll geachtet werden.</translation>
        </message>
        <message>
            <source>Waiting for cheaper electricity{until}.</source>
            <translation>Wartet auf billigeren Strom{until}.</translation>
        </message>
        <message>
            <source>Choose a network to train with first.</source>
            <translation>Wähle erst ein Netzwerk zum Trainieren.</translation>
        </message>
        <message>
            <source>Waiting: this computer is going to sleep.</source>
            <translation>Wartet: Dieser Computer geht gleich in den Ruhezustand.</translation>
        </message>
        <message>
            <source>Waiting: this version is too old, please update.</source>
            <translation>Wartet: Diese Version ist zu alt, bitte aktualisieren.</translation>
        </message>
        <message>
            <source>Waiting until this computer is plugged in.</source>
            <translation>Wartet, bis dieser Computer am Stromnetz ist.</translation>
        </message>
        <message>
            <source>Waiting until the battery is charged.</source>
            <translation>Wartet, bis der Akku geladen ist.</translation>
        </message>
        <message>
            <source>Waiting: this computer is saving energy.</source>
            <translation>Wartet: Dieser Computer spart Energie.</translation>
        </message>
        <message>
            <source>Waiting: this network is paid by volume.</source>
            <translation>Wartet: Diese Verbindung wird nach Datenmenge bezahlt.</translation>
        </message>
        <message>
            <source>Waiting: this month's data allowance is used up.</source>
            <translation>Wartet: Die Datenmenge dieses Monats ist aufgebraucht.</translation>
        </message>
        <message>
            <source>Waiting while a program of yours needs the computer.</source>
            <translation>Wartet, während eins deiner Programme den Computer braucht.</translation>
        </message>
        <message>
            <source>Waiting while something fills the screen.</source>
            <translation>Wartet, während etwas den Bildschirm füllt.</translation>
        </message>
        <message>
            <source>Waiting while somebody else uses this computer.</source>
            <translation>Wartet, während jemand anders diesen Computer benutzt.</translation>
        </message>
        <message>
            <source>Waiting until you have stopped using the computer.</source>
            <translation>Wartet, bis du den Computer nicht mehr benutzt.</translation>
        </message>
        <message>
            <source>Waiting until the computer has cooled down.</source>
            <translation>Wartet, bis der Computer abgekühlt ist.</translation>
        </message>
        <message>
            <source>Waiting until the graphics card has cooled down.</source>
            <translation>Wartet, bis die Grafikkarte abgekühlt ist.</translation>
        </message>
        <message>
            <source>Waiting until the fans are quieter.</source>
            <translation>Wartet, bis die Lüfter leiser sind.</translation>
        </message>
        <message>
            <source>Waiting until enough memory is free.</source>
            <translation>Wartet, bis genug Arbeitsspeicher frei ist.</translation>
        </message>
        <message>
            <source>Waiting until enough disk space is free.</source>
            <translation>Wartet, bis genug Platz auf der Festplatte frei ist.</translation>
        </message>
        <message>
            <source>Waiting until the network can be reached.</source>
            <translation>Wartet, bis das Netzwerk zu erreichen ist.</translation>
        </message>
        <message>
            <source>({now} now, {limit} wanted)</source>
            <translation>(jetzt {now}, verlangt {limit})</translation>
        </message>
        <message>
            <source>({now} °C now, {limit} °C at most)</source>
            <translation>(jetzt {now} °C, höchstens {limit} °C)</translation>
        </message>
        <message>
            <source>({now} for a kWh now, {limit} at most)</source>
            <translation>(jetzt {now} für eine kWh, höchstens {limit})</translation>
        </message>
        <message>
            <source>({now} rpm now, {limit} rpm at most)</source>
            <translation>(jetzt {now} U/min, höchstens {limit} U/min)</translation>
        </message>
        <message>
            <source>({now} free, {limit} wanted)</source>
            <translation>({now} frei, {limit} verlangt)</translation>
        </message>
        <message>
            <source> until {time}</source>
            <translation> bis {time}</translation>
        </message>
    </context>
    <context>
        <name>app.platforms.bittensor_wallets</name>
        <message>
            <source>The hotkey “{hotkey}” of the wallet “{wallet}” is not there any more.</source>
            <translation>Den Hotkey „{hotkey}“ der Wallet „{wallet}“ gibt es nicht mehr.</translation>
        </message>
        <message>
            <source>Choose another key for this computer.</source>
            <translation>Wähle einen anderen Schlüssel für diesen Computer.</translation>
        </message>
        <message>
            <source>The wallet folder {folder} can't be read: {problem}.</source>
            <translation>Der Wallet-Ordner {folder} lässt sich nicht lesen: {problem}.</translation>
        </message>
        <message>
            <source>The hotkey “{name}” can't be read: {problem}.</source>
            <translation>Der Hotkey „{name}“ lässt sich nicht lesen: {problem}.</translation>
        </message>
        <message>
            <source>The hotkey “{name}” of the wallet “{wallet}” needs a password, which this app doesn't ask for.</source>
            <translation>Der Hotkey „{name}“ der Wallet „{wallet}“ braucht ein Passwort, und danach fragt diese App nicht.</translation>
        </message>
        <message>
            <source>Choose one without a password, or let the app make a key of its own.</source>
            <translation>Wähle einen ohne Passwort, oder lass die App einen eigenen Schlüssel erzeugen.</translation>
        </message>
        <message>
            <source>The hotkey “{name}” of the wallet “{wallet}” is damaged.</source>
            <translation>Der Hotkey „{name}“ der Wallet „{wallet}“ ist beschädigt.</translation>
        </message>
    </context>
    <context>
        <name>app.platforms.installation</name>
        <message>
            <source>This installation is not whole.</source>
            <translation>Diese Installation ist nicht vollständig.</translation>
        </message>
    </context>
    <context>
        <name>app.platforms.instance_lock</name>
        <message>
            <source>{path} can't be locked: {problem}.</source>
            <translation>{path} lässt sich nicht sperren: {problem}.</translation>
        </message>
        <message>
            <source>Choose another folder.</source>
            <translation>Wähle einen anderen Ordner.</translation>
        </message>
    </context>
    <context>
        <name>app.platforms.kept_work</name>
        <message>
            <source>{path} can't be removed: {problem}.</source>
            <translation>{path} lässt sich nicht entfernen: {problem}.</translation>
        </message>
        <message>
            <source>Remove it by hand, or try again.</source>
            <translation>Entfern es von Hand, oder versuch es noch einmal.</translation>
        </message>
    </context>
    <context>
        <name>app.platforms.launch</name>
        <message>
            <source>Check who may write there.</source>
            <translation>Prüf, wer dort schreiben darf.</translation>
        </message>
    </context>
    <context>
        <name>app.platforms.linux.autostart</name>
        <message>
            <source>systemd did not take the start with your session.</source>
            <translation>systemd hat den Start mit deiner Anmeldung nicht angenommen.</translation>
        </message>
        <message>
            <source>systemctl --user status may say why.</source>
            <translation>systemctl --user status sagt vielleicht, warum.</translation>
        </message>
        <message>
            <source>The app starts when you log in, and ends when you log out.</source>
            <translation>Die App startet, wenn du dich anmeldest, und endet, wenn du dich abmeldest.</translation>
        </message>
        <message>
            <source>To let it go on, an administrator can run: loginctl enable-linger {name}</source>
            <translation>Damit sie weiterläuft, kann ein Administrator ausführen: loginctl enable-linger {name}</translation>
        </message>
    </context>
    <context>
        <name>app.platforms.linux.logind</name>
        <message>
            <source>Saving its work</source>
            <translation>Speichert seine Arbeit</translation>
        </message>
    </context>
    <context>
        <name>app.platforms.linux.sysfs</name>
        <message>
            <source>the routing table</source>
            <translation>die Routingtabelle</translation>
        </message>
    </context>
    <context>
        <name>app.platforms.linux.x_server</name>
        <message>
            <source>the X server</source>
            <translation>der X-Server</translation>
        </message>
    </context>
    <context>
        <name>app.platforms.portable</name>
        <message>
            <source>the system</source>
            <translation>das System</translation>
        </message>
    </context>
    <context>
        <name>app.platforms.pretend</name>
        <message>
            <source>This system did not take it.</source>
            <translation>Dieses System hat es nicht angenommen.</translation>
        </message>
    </context>
    <context>
        <name>app.platforms.windows.task_scheduler</name>
        <message>
            <source>Free some disk space.</source>
            <translation>Mach etwas Platz auf der Festplatte.</translation>
        </message>
        <message>
            <source>Windows did not take the start with your session.</source>
            <translation>Windows hat den Start mit deiner Anmeldung nicht angenommen.</translation>
        </message>
        <message>
            <source>Its Task Scheduler may say why.</source>
            <translation>Die Aufgabenplanung sagt vielleicht, warum.</translation>
        </message>
        <message>
            <source>Windows did not remove the start with your session.</source>
            <translation>Windows hat den Start mit deiner Anmeldung nicht entfernt.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.activity.window</name>
        <message>
            <source>What it did — Train at Home</source>
            <translation>Was er getan hat — Train at Home</translation>
        </message>
        <message>
            <source>Choose a part of a day with the mouse or the arrow keys to read what happened then.</source>
            <translation>Wähle mit der Maus oder den Pfeiltasten einen Teil eines Tages, um zu lesen, was da geschah.</translation>
        </message>
        <message>
            <source>Did it run last night?</source>
            <translation>Lief er letzte Nacht?</translation>
        </message>
        <message>
            <source>Day by day</source>
            <translation>Tag für Tag</translation>
        </message>
        <message>
            <source>Earlier days</source>
            <translation>Frühere Tage</translation>
        </message>
        <message>
            <source>Show the last thirty days</source>
            <translation>Die letzten dreißig Tage zeigen</translation>
        </message>
        <message>
            <source>Show which parts of the days</source>
            <translation>Welche Teile der Tage zu zeigen sind</translation>
        </message>
        <message>
            <source>{day}, {sentence}</source>
            <translation>{day}, {sentence}</translation>
        </message>
        <message numerus="yes">
            <source>{count} parts of these days are of that kind.</source>
            <extracomment>For one: {count} part of these days is of that kind.</extracomment>
            <translation>
                <numerusform>{count} Teil dieser Tage ist davon.</numerusform>
                <numerusform>{count} Teile dieser Tage sind davon.</numerusform>
            </translation>
        </message>
        <message>
            <source>Nothing in these days is of that kind.</source>
            <translation>In diesen Tagen gibt es nichts davon.</translation>
        </message>
        <message>
            <source>Everything</source>
            <translation>Alles</translation>
        </message>
        <message>
            <source>Waiting and held back</source>
            <translation>Gewartet und aufgehalten</translation>
        </message>
        <message>
            <source>Troubles</source>
            <translation>Störungen</translation>
        </message>
        <message>
            <source>gently</source>
            <translation>sanft</translation>
        </message>
        <message>
            <source>waited or downloaded</source>
            <translation>gewartet oder heruntergeladen</translation>
        </message>
        <message>
            <source>held back</source>
            <translation>aufgehalten</translation>
        </message>
        <message>
            <source>error</source>
            <translation>Fehler</translation>
        </message>
        <message>
            <source>computer slept</source>
            <translation>Computer im Ruhezustand</translation>
        </message>
        <message>
            <source>app did not run</source>
            <translation>App lief nicht</translation>
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
            <translation>Das hat nicht geklappt. Das Protokoll sagt mehr.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.bridge</name>
        <message>
            <source>That did not work.</source>
            <translation>Das hat nicht geklappt.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.choices</name>
        <message>
            <source>Finish, then off</source>
            <translation>Zu Ende bringen, dann aus</translation>
        </message>
        <message>
            <source>Back to my hours</source>
            <translation>Zurück zu meinen Zeiten</translation>
        </message>
        <message>
            <source>Tonight after all</source>
            <translation>Heute Nacht doch</translation>
        </message>
        <message>
            <source>Not tonight</source>
            <translation>Heute Nacht nicht</translation>
        </message>
        <message>
            <source>Not today</source>
            <translation>Heute nicht</translation>
        </message>
        <message>
            <source>Not {time}</source>
            <translation>Nicht {time}</translation>
        </message>
        <message>
            <source>Resume, until {time}</source>
            <translation>Weitermachen, bis {time}</translation>
        </message>
        <message>
            <source>Resume</source>
            <translation>Weitermachen</translation>
        </message>
        <message>
            <source>Until tomorrow morning, {time}</source>
            <translation>Bis morgen früh, {time}</translation>
        </message>
        <message>
            <source>Until the morning, {time}</source>
            <translation>Bis zum Morgen, {time}</translation>
        </message>
        <message>
            <source>For 15 minutes, until {time}</source>
            <translation>Für 15 Minuten, bis {time}</translation>
        </message>
        <message>
            <source>For 1 hour, until {time}</source>
            <translation>Für 1 Stunde, bis {time}</translation>
        </message>
        <message>
            <source>Until I resume</source>
            <translation>Bis ich weitermache</translation>
        </message>
        <message>
            <source>For 4 hours, until {time}</source>
            <translation>Für 4 Stunden, bis {time}</translation>
        </message>
        <message>
            <source>Until {time}</source>
            <translation>Bis {time}</translation>
        </message>
        <message>
            <source>Until I stop it</source>
            <translation>Bis ich es anhalte</translation>
        </message>
    </context>
    <context>
        <name>app.ui.computer.panel</name>
        <message>
            <source>Looking…</source>
            <translation>Sieht nach…</translation>
        </message>
    </context>
    <context>
        <name>app.ui.computer.window</name>
        <message>
            <source>This computer — Train at Home</source>
            <translation>Dieser Computer — Train at Home</translation>
        </message>
        <message>
            <source>This computer</source>
            <translation>Dieser Computer</translation>
        </message>
    </context>
    <context>
        <name>app.ui.computer.work_cards</name>
        <message>
            <source>Training engine</source>
            <translation>Trainingsprogramm</translation>
        </message>
        <message>
            <source>Progress of the download</source>
            <translation>Fortschritt des Herunterladens</translation>
        </message>
        <message>
            <source>Fetch it</source>
            <translation>Holen</translation>
        </message>
        <message>
            <source>Download what is needed for training</source>
            <translation>Herunterladen, was zum Trainieren gebraucht wird</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>Anhalten</translation>
        </message>
        <message>
            <source>Stop the download; what came is kept</source>
            <translation>Das Herunterladen anhalten; was ankam, bleibt erhalten</translation>
        </message>
        <message>
            <source>Ask again</source>
            <translation>Neu fragen</translation>
        </message>
        <message>
            <source>Ask once more whether there is an engine to fetch</source>
            <translation>Noch einmal fragen, ob es ein Trainingsprogramm zu holen gibt</translation>
        </message>
        <message>
            <source>Stopping…</source>
            <translation>Hält an…</translation>
        </message>
        <message>
            <source>Asking…</source>
            <translation>Fragt…</translation>
        </message>
        <message>
            <source>Training needs an engine that is not here yet.</source>
            <translation>Zum Trainieren fehlt noch ein Trainingsprogramm.</translation>
        </message>
        <message>
            <source>The training engine is on its way. You can go on meanwhile.</source>
            <translation>Das Trainingsprogramm ist unterwegs. Du kannst inzwischen weitermachen.</translation>
        </message>
        <message>
            <source>How fast it trains</source>
            <translation>Wie schnell er trainiert</translation>
        </message>
        <message>
            <source>Internet line</source>
            <translation>Internetleitung</translation>
        </message>
        <message>
            <source>Progress of the measurement</source>
            <translation>Fortschritt der Messung</translation>
        </message>
        <message>
            <source>Measure</source>
            <translation>Messen</translation>
        </message>
        <message>
            <source>Train a small test part for some seconds</source>
            <translation>Einige Sekunden lang einen kleinen Probeteil trainieren</translation>
        </message>
        <message>
            <source>Stop the measurement</source>
            <translation>Die Messung anhalten</translation>
        </message>
        <message>
            <source>Measure again</source>
            <translation>Noch einmal messen</translation>
        </message>
        <message>
            <source>If you like, it trains a small test part for {seconds} seconds and tells you what to expect. The computer may get warm and loud meanwhile.</source>
            <translation>Wenn du magst, trainiert er {seconds} Sekunden lang einen kleinen Probeteil und sagt dir, was zu erwarten ist. Der Computer kann dabei warm und laut werden.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.earnings.cards</name>
        <message>
            <source>Earned over time</source>
            <translation>Verdienst im Lauf der Zeit</translation>
        </message>
        <message>
            <source>Prices…</source>
            <translation>Preise…</translation>
        </message>
        <message>
            <source>Electricity, the value of TAO, and power</source>
            <translation>Strom, Wert von TAO und Leistung</translation>
        </message>
        <message>
            <source>{credit} of checked work</source>
            <translation>{credit} an geprüfter Arbeit</translation>
        </message>
        <message>
            <source>{money} earned</source>
            <translation>{money} verdient</translation>
        </message>
        <message>
            <source>{time} of training</source>
            <translation>{time} Training</translation>
        </message>
        <message>
            <source>electricity {cost}</source>
            <translation>Strom {cost}</translation>
        </message>
        <message>
            <source>net {net}</source>
            <translation>netto {net}</translation>
        </message>
        <message>
            <source>The last 7 days</source>
            <translation>Die letzten 7 Tage</translation>
        </message>
        <message>
            <source>The last 30 days</source>
            <translation>Die letzten 30 Tage</translation>
        </message>
        <message>
            <source>In total</source>
            <translation>Insgesamt</translation>
        </message>
        <message>
            <source>No checked work in this time.</source>
            <translation>Keine geprüfte Arbeit in dieser Zeit.</translation>
        </message>
        <message>
            <source>This can't be shown in {unit}: its price is unknown.</source>
            <translation>Das lässt sich nicht in {unit} zeigen: Der Preis ist unbekannt.</translation>
        </message>
        <message>
            <source>Nothing was credited in this time.</source>
            <translation>In dieser Zeit wurde nichts gutgeschrieben.</translation>
        </message>
        <message>
            <source>Where it is</source>
            <translation>Wo es ist</translation>
        </message>
        <message>
            <source>Credited</source>
            <translation>Gutgeschrieben</translation>
        </message>
        <message>
            <source>Paid</source>
            <translation>Ausgezahlt</translation>
        </message>
        <message>
            <source>Pending</source>
            <translation>Ausstehend</translation>
        </message>
        <message>
            <source>Held</source>
            <translation>Einbehalten</translation>
        </message>
        <message>
            <source>Why is this zero?</source>
            <translation>Warum ist das null?</translation>
        </message>
        <message>
            <source>Payout address…</source>
            <translation>Auszahlungsadresse…</translation>
        </message>
        <message>
            <source>Say where earnings go</source>
            <translation>Sagen, wohin der Verdienst geht</translation>
        </message>
        <message>
            <source>Good to know</source>
            <translation>Gut zu wissen</translation>
        </message>
        <message>
            <source>Three books</source>
            <translation>Drei Bücher</translation>
        </message>
        <message>
            <source>This computer counted</source>
            <translation>Dieser Computer zählte</translation>
        </message>
        <message>
            <source>The network's ledger says</source>
            <translation>Das Kontobuch des Netzwerks sagt</translation>
        </message>
        <message>
            <source>The chain shows</source>
            <translation>Die Chain zeigt</translation>
        </message>
        <message>
            <source>Ask the ledger and the chain now</source>
            <translation>Kontobuch und Chain jetzt fragen</translation>
        </message>
        <message>
            <source>Sessions</source>
            <translation>Sitzungen</translation>
        </message>
        <message>
            <source>Save as a table (CSV)…</source>
            <translation>Als Tabelle (CSV) speichern…</translation>
        </message>
        <message>
            <source>Payouts</source>
            <translation>Auszahlungen</translation>
        </message>
        <message>
            <source>Nothing was paid out yet.</source>
            <translation>Noch wurde nichts ausgezahlt.</translation>
        </message>
        <message>
            <source>Changes of the payout address</source>
            <translation>Änderungen der Auszahlungsadresse</translation>
        </message>
        <message>
            <source>none</source>
            <translation>keine</translation>
        </message>
        <message>
            <source>{when}: payout address changed from {old} to {new}</source>
            <translation>{when}: Auszahlungsadresse geändert von {old} zu {new}</translation>
        </message>
        <message>
            <source>{credit} of checked work in {time}.</source>
            <translation>{credit} an geprüfter Arbeit in {time}.</translation>
        </message>
        <message>
            <source>Tonight's part of it should be worth about {money}, at the rate so far.</source>
            <translation>Der Teil von heute Nacht dürfte etwa {money} wert sein, nach dem bisherigen Kurs.</translation>
        </message>
        <message>
            <source>Nothing yet.</source>
            <translation>Noch nichts.</translation>
        </message>
        <message>
            <source>{credited} credited, {paid} paid, told {age}.</source>
            <translation>{credited} gutgeschrieben, {paid} ausgezahlt, gemeldet {age}.</translation>
        </message>
        <message>
            <source>Nothing: there is no payout address.</source>
            <translation>Nichts: Es gibt keine Auszahlungsadresse.</translation>
        </message>
        <message>
            <source>Not asked yet.</source>
            <translation>Noch nicht gefragt.</translation>
        </message>
        <message>
            <source>It could not be asked.</source>
            <translation>Sie ließ sich nicht fragen.</translation>
        </message>
        <message>
            <source>Your address holds {balance}, whoever sent it (block {block}, {age}).</source>
            <translation>Deine Adresse hält {balance}, von wem auch immer (Block {block}, {age}).</translation>
        </message>
    </context>
    <context>
        <name>app.ui.earnings.chart</name>
        <message>
            <source>{total} in all; the most: {best}.</source>
            <translation>{total} zusammen; am meisten: {best}.</translation>
        </message>
        <message>
            <source>Paid, pending and held as parts of the whole</source>
            <translation>Ausgezahlt, ausstehend und einbehalten als Teile des Ganzen</translation>
        </message>
    </context>
    <context>
        <name>app.ui.earnings.payouts</name>
        <message>
            <source>When</source>
            <translation>Wann</translation>
        </message>
        <message>
            <source>Amount</source>
            <translation>Betrag</translation>
        </message>
        <message>
            <source>State</source>
            <translation>Zustand</translation>
        </message>
        <message>
            <source>Transaction</source>
            <translation>Überweisung</translation>
        </message>
        <message>
            <source>Copy transaction</source>
            <translation>Überweisung kopieren</translation>
        </message>
        <message>
            <source>The chosen transaction's full number</source>
            <translation>Die ganze Kennung der gewählten Überweisung</translation>
        </message>
        <message>
            <source>Save the payouts (CSV)…</source>
            <translation>Auszahlungen speichern (CSV)…</translation>
        </message>
        <message>
            <source>Look up on {site}</source>
            <translation>Auf {site} ansehen</translation>
        </message>
        <message>
            <source>The network told too little of the chosen payout to find it there</source>
            <translation>Das Netzwerk hat zu wenig über die gewählte Auszahlung gesagt, um sie dort zu finden</translation>
        </message>
        <message>
            <source>on its way</source>
            <translation>unterwegs</translation>
        </message>
        <message>
            <source>held: {reason}</source>
            <translation>einbehalten: {reason}</translation>
        </message>
        <message>
            <source>{transaction} in block {block}</source>
            <translation>{transaction} in Block {block}</translation>
        </message>
    </context>
    <context>
        <name>app.ui.earnings.prices</name>
        <message>
            <source>Prices</source>
            <translation>Preise</translation>
        </message>
        <message>
            <source>What things cost</source>
            <translation>Was Dinge kosten</translation>
        </message>
        <message>
            <source>Currency</source>
            <translation>Währung</translation>
        </message>
        <message>
            <source>One TAO is worth</source>
            <translation>Ein TAO ist wert</translation>
        </message>
        <message>
            <source>Value of TAO</source>
            <translation>Wert von TAO</translation>
        </message>
        <message>
            <source>While training this computer draws</source>
            <translation>Beim Training zieht dieser Computer</translation>
        </message>
        <message>
            <source>W</source>
            <translation>W</translation>
        </message>
        <message>
            <source>Power draw</source>
            <translation>Stromverbrauch</translation>
        </message>
        <message>
            <source>Electricity</source>
            <translation>Strom</translation>
        </message>
        <message>
            <source>I don't know</source>
            <translation>Ich weiß es nicht</translation>
        </message>
        <message>
            <source>One price at all hours</source>
            <translation>Ein Preis zu allen Stunden</translation>
        </message>
        <message>
            <source>A price for each hour</source>
            <translation>Ein Preis für jede Stunde</translation>
        </message>
        <message>
            <source>Price of a kilowatt hour</source>
            <translation>Preis einer Kilowattstunde</translation>
        </message>
        <message>
            <source>A kilowatt hour costs</source>
            <translation>Eine Kilowattstunde kostet</translation>
        </message>
        <message>
            <source>Price of a kilowatt hour from {hour:02}:00</source>
            <translation>Preis einer Kilowattstunde ab {hour:02}:00</translation>
        </message>
        <message>
            <source>This app asks no web service for prices. What α costs in TAO it reads from the network's own pool on the chain; what TAO is worth in money you can type in. Without it amounts stay in α and TAO.</source>
            <translation>Diese App fragt keinen Webdienst nach Preisen. Was α in TAO kostet, liest sie aus dem Pool des Netzwerks auf der Chain; was TAO in Geld wert ist, kannst du eingeben. Ohne das bleiben Beträge in α und TAO.</translation>
        </message>
        <message>
            <source>Best read off a meter at the socket: the difference between training and resting. Without it the app measures where it can, and estimates where it can't.</source>
            <translation>Am besten an einem Messgerät an der Steckdose abgelesen: der Unterschied zwischen Training und Ruhe. Ohne das misst die App, wo sie kann, und schätzt, wo nicht.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.earnings.tables</name>
        <message>
            <source>Began</source>
            <translation>Beginn</translation>
        </message>
        <message>
            <source>Ended</source>
            <translation>Ende</translation>
        </message>
        <message>
            <source>Trained</source>
            <translation>Trainiert</translation>
        </message>
        <message>
            <source>Time in which this computer really trained</source>
            <translation>Zeit, in der dieser Computer wirklich trainiert hat</translation>
        </message>
        <message>
            <source>Tokens</source>
            <translation>Token</translation>
        </message>
        <message>
            <source>Pieces of text worked through</source>
            <translation>Durchgearbeitete Textstücke</translation>
        </message>
        <message>
            <source>Credit</source>
            <translation>Gutschrift</translation>
        </message>
        <message>
            <source>Work that others confirmed</source>
            <translation>Arbeit, die andere bestätigt haben</translation>
        </message>
        <message>
            <source>Energy</source>
            <translation>Energie</translation>
        </message>
        <message>
            <source>Measured where this computer can, else estimated (≈)</source>
            <translation>Gemessen, wo dieser Computer das kann, sonst geschätzt (≈)</translation>
        </message>
        <message>
            <source>What that energy cost at your price</source>
            <translation>Was diese Energie zu deinem Preis gekostet hat</translation>
        </message>
        <message>
            <source>Earned</source>
            <translation>Verdient</translation>
        </message>
        <message>
            <source>Credited between its beginning and the next one's</source>
            <translation>Gutgeschrieben zwischen dem Beginn dieser und der nächsten</translation>
        </message>
        <message>
            <source>Net</source>
            <translation>Netto</translation>
        </message>
        <message>
            <source>Earned less electricity; only where both are known in money</source>
            <translation>Verdienst ohne Strom; nur wo beides in Geld bekannt ist</translation>
        </message>
        <message>
            <source>unknown</source>
            <translation>unbekannt</translation>
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
            <translation>{hours} h {minutes:02} min</translation>
        </message>
    </context>
    <context>
        <name>app.ui.earnings.window</name>
        <message>
            <source>Earnings — Train at Home</source>
            <translation>Verdienst — Train at Home</translation>
        </message>
        <message>
            <source>7 days</source>
            <translation>7 Tage</translation>
        </message>
        <message>
            <source>30 days</source>
            <translation>30 Tage</translation>
        </message>
        <message>
            <source>Total</source>
            <translation>Gesamt</translation>
        </message>
        <message>
            <source>Show amounts in</source>
            <translation>Beträge zeigen in</translation>
        </message>
        <message>
            <source>Hide money</source>
            <translation>Geld ausblenden</translation>
        </message>
        <message>
            <source>Amounts are shown nowhere: not here, not in the tray</source>
            <translation>Beträge erscheinen nirgends: nicht hier, nicht im Tray</translation>
        </message>
        <message>
            <source>The transaction is copied.</source>
            <translation>Die Überweisung ist kopiert.</translation>
        </message>
        <message>
            <source>Saved as {path}.</source>
            <translation>Gespeichert als {path}.</translation>
        </message>
        <message>
            <source>train-at-home-sessions</source>
            <translation>train-at-home-sitzungen</translation>
        </message>
        <message>
            <source>Save the sessions</source>
            <translation>Die Sitzungen speichern</translation>
        </message>
        <message>
            <source>train-at-home-payouts</source>
            <translation>train-at-home-auszahlungen</translation>
        </message>
        <message>
            <source>Save the payouts</source>
            <translation>Auszahlungen speichern</translation>
        </message>
        <message>
            <source>Your browser could not be opened. The page is {address}</source>
            <translation>Dein Browser ließ sich nicht öffnen. Die Seite ist {address}</translation>
        </message>
    </context>
    <context>
        <name>app.ui.example.band</name>
        <message>
            <source>Example, nothing of this is real.</source>
            <translation>Beispiel, nichts davon ist echt.</translation>
        </message>
        <message>
            <source>Set up</source>
            <translation>Einrichten</translation>
        </message>
        <message>
            <source>Leave the example and choose where this computer trains</source>
            <translation>Das Beispiel verlassen und wählen, wo dieser Computer trainiert</translation>
        </message>
        <message>
            <source>Example: {window}</source>
            <translation>Beispiel: {window}</translation>
        </message>
    </context>
    <context>
        <name>app.ui.example.tour</name>
        <message>
            <source>Not in the example</source>
            <translation>Nicht im Beispiel</translation>
        </message>
    </context>
    <context>
        <name>app.ui.failed_start</name>
        <message>
            <source>Train at Home could not start</source>
            <translation>Train at Home konnte nicht starten</translation>
        </message>
    </context>
    <context>
        <name>app.ui.first_visit.computer_page</name>
        <message>
            <source>What this computer can do</source>
            <translation>Was dieser Computer kann</translation>
        </message>
        <message>
            <source>You can go on at any time.</source>
            <translation>Du kannst jederzeit weitermachen.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.first_visit.dialog</name>
        <message>
            <source>Welcome to Train at Home</source>
            <translation>Willkommen bei Train at Home</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>Zurück</translation>
        </message>
        <message>
            <source>Next</source>
            <translation>Weiter</translation>
        </message>
        <message>
            <source>Just look</source>
            <translation>Nur ansehen</translation>
        </message>
        <message>
            <source>See the app with an example in it; nothing starts</source>
            <translation>Die App mit einem Beispiel ansehen; nichts startet</translation>
        </message>
        <message>
            <source>Step {step} of {steps}</source>
            <translation>Schritt {step} von {steps}</translation>
        </message>
        <message>
            <source>Begin</source>
            <translation>Beginnen</translation>
        </message>
        <message>
            <source>With what you have chosen here so far.</source>
            <translation>Mit dem, was du hier bisher gewählt hast.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.first_visit.pages</name>
        <message>
            <source>Your computer helps to teach a language model, a program that learns to write by reading a great deal of text. It works only when you allow it, and you can stop it at any time.</source>
            <translation>Dein Computer hilft, einem Sprachmodell etwas beizubringen, einem Programm, das schreiben lernt, indem es sehr viel Text liest. Er arbeitet nur, wenn du es erlaubst, und du kannst ihn jederzeit anhalten.</translation>
        </message>
        <message>
            <source>Lend this computer's idle hours</source>
            <translation>Verleih die freien Stunden dieses Computers</translation>
        </message>
        <message>
            <source>A small model learns here, and nothing leaves your computer. You see everything work, without pay.</source>
            <translation>Ein kleines Modell lernt hier, und nichts verlässt deinen Computer. Du siehst alles arbeiten, ohne Lohn.</translation>
        </message>
        <message>
            <source>Join {title}</source>
            <translation>{title} beitreten</translation>
        </message>
        <message>
            <source>Teach a large model together with others, and be paid for checked work.</source>
            <translation>Mit anderen zusammen ein großes Modell trainieren und für geprüfte Arbeit bezahlt werden.</translation>
        </message>
        <message>
            <source>Join a network</source>
            <translation>Einem Netzwerk beitreten</translation>
        </message>
        <message>
            <source>None is open to everybody yet. If you were given the address of one, choose this and enter it.</source>
            <translation>Noch ist keins für alle offen. Wenn du die Adresse von einem bekommen hast, wähle dies und gib sie ein.</translation>
        </message>
        <message>
            <source>Advanced</source>
            <translation>Erweitert</translation>
        </message>
        <message>
            <source>Join a network by its address</source>
            <translation>Einem Netzwerk über seine Adresse beitreten</translation>
        </message>
        <message>
            <source>Who learns what</source>
            <translation>Wer was erfährt</translation>
        </message>
        <message>
            <source>Read what leaves this computer, and to whom</source>
            <translation>Lesen, was diesen Computer verlässt, und an wen</translation>
        </message>
        <message>
            <source>Address of a network</source>
            <translation>Adresse eines Netzwerks</translation>
        </message>
        <message>
            <source>A link invited you to {network}. Nothing changes before you have seen all steps and pressed Begin.</source>
            <translation>Ein Link hat dich zu {network} eingeladen. Nichts ändert sich, bevor du alle Schritte gesehen und „Beginnen“ gedrückt hast.</translation>
        </message>
        <message>
            <source>Computers that train together talk to each other directly and see each other's internet address.</source>
            <translation>Computer, die zusammen trainieren, sprechen direkt miteinander und sehen gegenseitig ihre Internetadresse.</translation>
        </message>
        <message>
            <source>Slower: everything takes the way over that store. It sends and receives more, and earns less.</source>
            <translation>Langsamer: Alles geht über diesen Speicher. Es wird mehr gesendet und empfangen und weniger verdient.</translation>
        </message>
        <message>
            <source>Meet others only through the network's store</source>
            <translation>Andere nur im Speicher des Netzwerks treffen</translation>
        </message>
        <message>
            <source>It never asks for secret words or keys.</source>
            <translation>Es fragt nie nach geheimen Wörtern oder Schlüsseln.</translation>
        </message>
        <message>
            <source>It never starts by itself outside your hours.</source>
            <translation>Es beginnt außerhalb deiner Zeiten nie von selbst.</translation>
        </message>
        <message>
            <source>It does not work on battery, unless you allow it.</source>
            <translation>Es arbeitet nicht im Akkubetrieb, außer du erlaubst es.</translation>
        </message>
        <message>
            <source>When may it work?</source>
            <translation>Wann darf er arbeiten?</translation>
        </message>
        <message>
            <source>Outside these hours your computer is yours alone.</source>
            <translation>Außerhalb dieser Zeiten gehört dein Computer dir allein.</translation>
        </message>
        <message>
            <source>Closing the lid lets this computer sleep all the same.</source>
            <translation>Ein zugeklappter Deckel lässt diesen Computer trotzdem schlafen.</translation>
        </message>
        <message>
            <source>Ready</source>
            <translation>Bereit</translation>
        </message>
        <message>
            <source>You can change all of this at any time.</source>
            <translation>Du kannst das alles jederzeit ändern.</translation>
        </message>
        <message>
            <source>Start right away, for one hour, to see it work</source>
            <translation>Gleich beginnen, für eine Stunde, um es arbeiten zu sehen</translation>
        </message>
        <message>
            <source>Start with my session</source>
            <translation>Mit meiner Sitzung starten</translation>
        </message>
        <message>
            <source>The app then starts by itself whenever you log in.</source>
            <translation>Die App startet dann von selbst, sobald du dich anmeldest.</translation>
        </message>
        <message>
            <source>It pauses by itself on battery, when memory or disk run low, and when the computer gets too hot.</source>
            <translation>Er pausiert von selbst im Akkubetrieb, wenn Arbeitsspeicher oder Festplatte knapp werden und wenn der Computer zu heiß wird.</translation>
        </message>
        <message>
            <source>When you close the window, the app goes on; its icon in your system's bar opens it again.</source>
            <translation>Wenn du das Fenster schließt, läuft die App weiter; ihr Symbol in der Leiste des Systems öffnet es wieder.</translation>
        </message>
        <message>
            <source>Where</source>
            <translation>Wo</translation>
        </message>
        <message>
            <source>kept until you add an address</source>
            <translation>aufbewahrt, bis du eine Adresse angibst</translation>
        </message>
        <message>
            <source>not this computer's internet address: all goes through the network's store</source>
            <translation>nicht die Internetadresse dieses Computers: Alles geht durch den Speicher des Netzwerks</translation>
        </message>
        <message>
            <source>this computer's internet address</source>
            <translation>die Internetadresse dieses Computers</translation>
        </message>
        <message>
            <source>Earnings go to</source>
            <translation>Verdienst geht an</translation>
        </message>
        <message>
            <source>The others see</source>
            <translation>Die anderen sehen</translation>
        </message>
        <message>
            <source>The address as you were given it. Only join a network that you trust.</source>
            <translation>Die Adresse, wie du sie bekommen hast. Tritt nur einem Netzwerk bei, dem du vertraust.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.first_visit.payout_page</name>
        <message>
            <source>Where should earnings go?</source>
            <translation>Wohin soll der Verdienst gehen?</translation>
        </message>
        <message>
            <source>You can leave this empty.</source>
            <translation>Du kannst das leer lassen.</translation>
        </message>
        <message>
            <source>How do I get one?</source>
            <translation>Wie bekomme ich eine?</translation>
        </message>
        <message>
            <source>Make a wallet outside this app</source>
            <translation>Eine Wallet außerhalb dieser App anlegen</translation>
        </message>
        <message>
            <source>Set already</source>
            <translation>Schon eingestellt</translation>
        </message>
        <message>
            <source>It stays as it is, unless you change it and confirm the new one.</source>
            <translation>Sie bleibt, wie sie ist, außer du änderst sie und bestätigst die neue.</translation>
        </message>
        <message>
            <source>Change</source>
            <translation>Ändern</translation>
        </message>
        <message>
            <source>Change where earnings go</source>
            <translation>Ändern, wohin der Verdienst geht</translation>
        </message>
        <message>
            <source>Change: {what}</source>
            <translation>Ändern: {what}</translation>
        </message>
        <message>
            <source>Payout address</source>
            <translation>Auszahlungsadresse</translation>
        </message>
    </context>
    <context>
        <name>app.ui.home.chart_cards</name>
        <message>
            <source>Loss over time</source>
            <translation>Fehlermaß im Lauf der Zeit</translation>
        </message>
        <message>
            <source>The curve begins with the first steps.</source>
            <translation>Die Kurve beginnt mit den ersten Schritten.</translation>
        </message>
        <message>
            <source>How wrong its guesses are: lower is better. Dots: on new text.</source>
            <translation>Wie falsch es rät: Weniger ist besser. Punkte: bei neuem Text.</translation>
        </message>
        <message>
            <source>Loss</source>
            <translation>Fehlermaß</translation>
        </message>
        <message>
            <source>Speed over time</source>
            <translation>Tempo im Lauf der Zeit</translation>
        </message>
        <message>
            <source>Pieces of text (tokens) per second that this computer works through.</source>
            <translation>Textstücke (Token) pro Sekunde, die dieser Computer durcharbeitet.</translation>
        </message>
        <message>
            <source>Speed</source>
            <translation>Tempo</translation>
        </message>
        <message>
            <source>{speed}/s</source>
            <translation>{speed}/s</translation>
        </message>
        <message>
            <source>{speed} tokens per second now.</source>
            <translation>Jetzt {speed} Token pro Sekunde.</translation>
        </message>
        <message>
            <source>Loss {last} now, {first} at the beginning of the curve.</source>
            <translation>Fehlermaß jetzt {last}, am Anfang der Kurve {first}.</translation>
        </message>
        <message>
            <source>{loss} on text it never saw.</source>
            <translation>{loss} bei Text, den es nie gesehen hat.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.home.earnings_card</name>
        <message>
            <source>Earnings</source>
            <translation>Verdienst</translation>
        </message>
        <message>
            <source>Add a payout address</source>
            <translation>Auszahlungsadresse angeben</translation>
        </message>
        <message>
            <source>Credited in total</source>
            <translation>Insgesamt gutgeschrieben</translation>
        </message>
        <message>
            <source>Paid out</source>
            <translation>Ausgezahlt</translation>
        </message>
        <message>
            <source>Still to be paid</source>
            <translation>Noch auszuzahlen</translation>
        </message>
        <message>
            <source>All earnings…</source>
            <translation>Ganzer Verdienst…</translation>
        </message>
        <message>
            <source>By day and session, with payouts</source>
            <translation>Nach Tag und Sitzung, mit Auszahlungen</translation>
        </message>
        <message>
            <source>{credit} tonight</source>
            <translation>{credit} heute Nacht</translation>
        </message>
        <message>
            <source>{money} tonight</source>
            <translation>{money} heute Nacht</translation>
        </message>
        <message>
            <source>for {credit} of checked work</source>
            <translation>für {credit} an geprüfter Arbeit</translation>
        </message>
        <message>
            <source>{credit} of work credited tonight</source>
            <translation>{credit} heute Nacht gutgeschrieben</translation>
        </message>
        <message>
            <source>No payout address yet. What you earn is kept for you until you add one.</source>
            <translation>Noch keine Auszahlungsadresse. Was du verdienst, wird für dich aufbewahrt, bis du eine angibst.</translation>
        </message>
        <message>
            <source>Nothing yet tonight. Work counts once another computer has confirmed it.</source>
            <translation>Heute Nacht noch nichts. Arbeit zählt, sobald ein anderer Computer sie bestätigt hat.</translation>
        </message>
        <message>
            <source>Work becomes money when the network next settles its accounts.</source>
            <translation>Arbeit wird zu Geld, wenn das Netzwerk das nächste Mal abrechnet.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.home.reasons_card</name>
        <message>
            <source>Conditions</source>
            <translation>Bedingungen</translation>
        </message>
        <message>
            <source>Why it is not training</source>
            <translation>Warum er nicht trainiert</translation>
        </message>
        <message>
            <source>All are met. Training stops by itself when one no longer is.</source>
            <translation>Alle sind erfüllt. Das Training hält von selbst an, wenn eine es nicht mehr ist.</translation>
        </message>
        <message>
            <source>All are met until {time}. Training stops by itself when one no longer is.</source>
            <translation>Alle sind erfüllt bis {time}. Das Training hält von selbst an, wenn eine es nicht mehr ist.</translation>
        </message>
        <message>
            <source>passed over, as you asked</source>
            <translation>übergangen, wie du es wolltest</translation>
        </message>
        <message>
            <source>holds training back</source>
            <translation>hält das Training auf</translation>
        </message>
        <message>
            <source>worth knowing, and stops nothing</source>
            <translation>gut zu wissen, hält nichts auf</translation>
        </message>
        <message>
            <source>met</source>
            <translation>erfüllt</translation>
        </message>
    </context>
    <context>
        <name>app.ui.home.settings_card</name>
        <message>
            <source>Settings</source>
            <translation>Einstellungen</translation>
        </message>
        <message>
            <source>Hours</source>
            <translation>Zeiten</translation>
        </message>
        <message>
            <source>Change the hours in which this computer may work</source>
            <translation>Die Zeiten ändern, in denen dieser Computer arbeiten darf</translation>
        </message>
        <message>
            <source>Network</source>
            <translation>Netzwerk</translation>
        </message>
        <message>
            <source>Change where this computer trains</source>
            <translation>Ändern, wo dieser Computer trainiert</translation>
        </message>
        <message>
            <source>All settings…</source>
            <translation>Alle Einstellungen…</translation>
        </message>
        <message>
            <source>Open the Settings window</source>
            <translation>Das Fenster „Einstellungen“ öffnen</translation>
        </message>
        <message>
            <source>This computer…</source>
            <translation>Dieser Computer…</translation>
        </message>
        <message>
            <source>See its devices, and measure how fast it trains</source>
            <translation>Seine Geräte sehen und messen, wie schnell er trainiert</translation>
        </message>
        <message>
            <source>Logs and report</source>
            <translation>Protokoll und Bericht</translation>
        </message>
        <message>
            <source>Read the log, or save a report for whoever helps you</source>
            <translation>Das Protokoll lesen oder einen Bericht für jemanden speichern, der dir hilft</translation>
        </message>
        <message>
            <source>None yet</source>
            <translation>Noch keine</translation>
        </message>
        <message>
            <source>Not chosen yet</source>
            <translation>Noch nicht gewählt</translation>
        </message>
        <message>
            <source>On this computer</source>
            <translation>Auf diesem Computer</translation>
        </message>
    </context>
    <context>
        <name>app.ui.home.status_card</name>
        <message>
            <source>Progress of the whole training</source>
            <translation>Fortschritt des ganzen Trainings</translation>
        </message>
        <message>
            <source>How this computer is doing</source>
            <translation>Wie es diesem Computer geht</translation>
        </message>
        <message>
            <source>Choose where this computer trains</source>
            <translation>Wählen, wo dieser Computer trainiert</translation>
        </message>
        <message>
            <source>Train by your hours and conditions again</source>
            <translation>Wieder nach deinen Zeiten und Bedingungen trainieren</translation>
        </message>
        <message>
            <source>Start now</source>
            <translation>Jetzt starten</translation>
        </message>
        <message>
            <source>Train although it is outside your hours</source>
            <translation>Trainieren, obwohl es außerhalb deiner Zeiten ist</translation>
        </message>
        <message>
            <source>Pause</source>
            <translation>Pause</translation>
        </message>
        <message>
            <source>Stop for a while; the work done so far is kept</source>
            <translation>Für eine Weile anhalten; die bisherige Arbeit bleibt erhalten</translation>
        </message>
        <message>
            <source>Hand over what is under way, then stop</source>
            <translation>Übergeben, was in Arbeit ist, dann anhalten</translation>
        </message>
        <message>
            <source>Dashboard</source>
            <translation>Netzwerkseite</translation>
        </message>
        <message>
            <source>Open the network's own page in the browser</source>
            <translation>Die eigene Seite des Netzwerks im Browser öffnen</translation>
        </message>
        <message>
            <source>What it did</source>
            <translation>Was er getan hat</translation>
        </message>
        <message>
            <source>Hour by hour, and whether it ran last night</source>
            <translation>Stunde für Stunde, und ob er letzte Nacht lief</translation>
        </message>
        <message>
            <source>{duration} left</source>
            <translation>noch {duration}</translation>
        </message>
        <message>
            <source>{duration} to go</source>
            <translation>noch {duration}</translation>
        </message>
        <message numerus="yes">
            <source>and on {count} more cards</source>
            <extracomment>For one: and on 1 more card</extracomment>
            <translation>
                <numerusform>und auf einer weiteren Karte</numerusform>
                <numerusform>und auf {count} weiteren Karten</numerusform>
            </translation>
        </message>
        <message>
            <source>holding {count} of the model's numbers</source>
            <translation>hält {count} der Zahlen des Modells</translation>
        </message>
        <message>
            <source>on the processor</source>
            <translation>auf dem Prozessor</translation>
        </message>
        <message>
            <source>on the graphics card</source>
            <translation>auf der Grafikkarte</translation>
        </message>
        <message>
            <source>on the graphics chip</source>
            <translation>auf dem Grafikchip</translation>
        </message>
        <message>
            <source>on {device}</source>
            <translation>auf {device}</translation>
        </message>
        <message>
            <source>The whole training is done.</source>
            <translation>Das ganze Training ist fertig.</translation>
        </message>
        <message>
            <source>{share} of the whole training done</source>
            <translation>{share} des ganzen Trainings geschafft</translation>
        </message>
        <message numerus="yes">
            <source>{count} computers take part</source>
            <extracomment>For one: 1 computer takes part</extracomment>
            <translation>
                <numerusform>1 Computer nimmt teil</numerusform>
                <numerusform>{count} Computer nehmen teil</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>{count} days {hours} h</source>
            <extracomment>For one: {count} day {hours} h</extracomment>
            <translation>
                <numerusform>{count} Tag {hours} h</numerusform>
                <numerusform>{count} Tage {hours} h</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>app.ui.home.troubles_card</name>
        <message>
            <source>Something went wrong</source>
            <translation>Etwas ist schiefgegangen</translation>
        </message>
        <message>
            <source>Try again now</source>
            <translation>Jetzt neu versuchen</translation>
        </message>
        <message>
            <source>Don't wait for the next attempt</source>
            <translation>Nicht auf den nächsten Versuch warten</translation>
        </message>
        <message>
            <source>Dismiss</source>
            <translation>Ausblenden</translation>
        </message>
        <message>
            <source>Take these messages away</source>
            <translation>Diese Meldungen wegnehmen</translation>
        </message>
        <message>
            <source>What can I do?</source>
            <translation>Was kann ich tun?</translation>
        </message>
        <message>
            <source>Read what this trouble is, and what helps against it</source>
            <translation>Lesen, was das für eine Störung ist und was dagegen hilft</translation>
        </message>
        <message>
            <source>Read what happened, or save a report</source>
            <translation>Lesen, was geschah, oder einen Bericht speichern</translation>
        </message>
        <message>
            <source>Went wrong, and works again</source>
            <translation>War gestört und geht wieder</translation>
        </message>
        <message>
            <source>{time}, {times} times in a row</source>
            <translation>{time}, {times}-mal hintereinander</translation>
        </message>
    </context>
    <context>
        <name>app.ui.home.window</name>
        <message>
            <source>That did not work</source>
            <translation>Das hat nicht geklappt</translation>
        </message>
    </context>
    <context>
        <name>app.ui.hours.editor</name>
        <message>
            <source>{day}, from</source>
            <translation>{day}, von</translation>
        </message>
        <message>
            <source>{day}, to</source>
            <translation>{day}, bis</translation>
        </message>
        <message>
            <source>to</source>
            <translation>bis</translation>
        </message>
        <message>
            <source>Only while I sleep</source>
            <translation>Nur während ich schlafe</translation>
        </message>
        <message>
            <source>Always</source>
            <translation>Immer</translation>
        </message>
        <message>
            <source>Choose for each day</source>
            <translation>Für jeden Tag wählen</translation>
        </message>
        <message>
            <source>Every night</source>
            <translation>Jede Nacht</translation>
        </message>
        <message>
            <source>The screen may go dark; the computer stays awake while it works. A span past midnight belongs to the day it begins on.</source>
            <translation>Der Bildschirm darf dunkel werden; der Computer bleibt wach, während er arbeitet. Eine Zeitspanne über Mitternacht gehört zu dem Tag, an dem sie beginnt.</translation>
        </message>
        <message>
            <source>Further spans begin: {list}.</source>
            <translation>Weitere Zeitspannen beginnen: {list}.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.hours.ending_fields</name>
        <message>
            <source> min</source>
            <translation> min</translation>
        </message>
        <message>
            <source>as for all</source>
            <translation>wie für alle</translation>
        </message>
        <message>
            <source>Beginning and end</source>
            <translation>Beginn und Ende</translation>
        </message>
        <message>
            <source>Nothing new so long before the end</source>
            <translation>So lange vor dem Ende nichts Neues</translation>
        </message>
        <message>
            <source>To hand over after it</source>
            <translation>Zum Übergeben danach</translation>
        </message>
        <message>
            <source>Beginning and end of {hours}</source>
            <translation>Beginn und Ende von {hours}</translation>
        </message>
        <message>
            <source>Last start before the end, in minutes, for {hours}</source>
            <translation>Letzter Beginn vor dem Ende, in Minuten, für {hours}</translation>
        </message>
        <message>
            <source>Handing over past the end, in minutes, for {hours}</source>
            <translation>Übergabe nach dem Ende, in Minuten, für {hours}</translation>
        </message>
    </context>
    <context>
        <name>app.ui.hours.extras</name>
        <message>
            <source>Days off</source>
            <translation>Freie Tage</translation>
        </message>
        <message>
            <source>Leave out the hours that run now, or else the next ones, once</source>
            <translation>Die jetzt laufenden Zeiten oder sonst die nächsten auslassen, einmal</translation>
        </message>
        <message>
            <source>First day off</source>
            <translation>Erster freier Tag</translation>
        </message>
        <message>
            <source>Last day off</source>
            <translation>Letzter freier Tag</translation>
        </message>
        <message>
            <source>Add</source>
            <translation>Hinzufügen</translation>
        </message>
        <message>
            <source>No hours that begin on these days will count</source>
            <translation>Zeiten, die an diesen Tagen beginnen, werden nicht zählen</translation>
        </message>
        <message>
            <source>Hours belong to the day they begin on. A night that began the day before still ends as ever.</source>
            <translation>Zeiten gehören zu dem Tag, an dem sie beginnen. Eine Nacht, die am Tag davor begann, endet wie immer.</translation>
        </message>
        <message>
            <source>Train on these days after all: {days}</source>
            <translation>An diesen Tagen doch trainieren: {days}</translation>
        </message>
        <message>
            <source>Last start before the end, in minutes</source>
            <translation>Letzter Beginn vor dem Ende, in Minuten</translation>
        </message>
        <message>
            <source>Handing over past the end, in minutes</source>
            <translation>Übergabe nach dem Ende, in Minuten</translation>
        </message>
        <message>
            <source>So long before the end begin nothing new. What runs goes on.</source>
            <translation>So lange vor dem Ende nichts Neues beginnen. Was läuft, geht weiter.</translation>
        </message>
        <message>
            <source>So long after the end, what is under way may be handed over.</source>
            <translation>So lange nach dem Ende darf übergeben werden, was in Arbeit ist.</translation>
        </message>
        <message>
            <source>This holds for all hours but those that say otherwise in the list.</source>
            <translation>Das gilt für alle Zeiten, außer denen, die in der Liste etwas anderes sagen.</translation>
        </message>
        <message>
            <source>Previous month</source>
            <translation>Voriger Monat</translation>
        </message>
        <message>
            <source>Next month</source>
            <translation>Nächster Monat</translation>
        </message>
    </context>
    <context>
        <name>app.ui.hours.form</name>
        <message>
            <source>It may work day and night.</source>
            <translation>Er darf Tag und Nacht arbeiten.</translation>
        </message>
        <message>
            <source>It may work now, until {end}.</source>
            <translation>Er darf jetzt arbeiten, bis {end}.</translation>
        </message>
        <message>
            <source>It would never work: choose at least one day.</source>
            <translation>Er würde nie arbeiten: Wähle mindestens einen Tag.</translation>
        </message>
        <message>
            <source>It works from {start} on.</source>
            <translation>Er arbeitet ab {start}.</translation>
        </message>
        <message>
            <source>Next: {start} to {end}, {duration}.</source>
            <translation>Als Nächstes: {start} bis {end}, {duration}.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.hours.list</name>
        <message>
            <source>In full</source>
            <translation>Voll</translation>
        </message>
        <message>
            <source>Gently</source>
            <translation>Sanft</translation>
        </message>
        <message>
            <source>hours without a weekday</source>
            <translation>Zeiten ohne Wochentag</translation>
        </message>
        <message>
            <source>{day}, for {hours}</source>
            <translation>{day}, für {hours}</translation>
        </message>
        <message>
            <source>From, for {hours}</source>
            <translation>Von, für {hours}</translation>
        </message>
        <message>
            <source>To, for {hours}</source>
            <translation>Bis, für {hours}</translation>
        </message>
        <message>
            <source>How hard, for {hours}</source>
            <translation>Wie stark, für {hours}</translation>
        </message>
        <message>
            <source>Remove {hours}</source>
            <translation>{hours} entfernen</translation>
        </message>
        <message>
            <source>No hours yet. Paint some in the week, or add them here.</source>
            <translation>Noch keine Zeiten. Mal welche in die Woche, oder füg sie hier hinzu.</translation>
        </message>
        <message>
            <source>Add hours</source>
            <translation>Zeiten hinzufügen</translation>
        </message>
        <message>
            <source>A new line in the list of hours</source>
            <translation>Eine neue Zeile in der Liste der Zeiten</translation>
        </message>
    </context>
    <context>
        <name>app.ui.hours.preview</name>
        <message>
            <source>The next seven days</source>
            <translation>Die nächsten sieben Tage</translation>
        </message>
        <message>
            <source>Times are this computer's own ({zone}) and follow it when it travels.</source>
            <translation>Uhrzeiten sind die dieses Computers ({zone}) und folgen ihm auf Reisen.</translation>
        </message>
        <message>
            <source>Today, {day}</source>
            <translation>Heute, {day}</translation>
        </message>
        <message>
            <source>all day, gently</source>
            <translation>ganztags, sanft</translation>
        </message>
        <message>
            <source>all day</source>
            <translation>ganztags</translation>
        </message>
        <message>
            <source>, gently</source>
            <translation>, sanft</translation>
        </message>
        <message>
            <source>from {start} on: {what}</source>
            <translation>ab {start}: {what}</translation>
        </message>
        <message>
            <source>from {start} on{gently}</source>
            <translation>ab {start}{gently}</translation>
        </message>
        <message>
            <source>{times}, {length}{gently}</source>
            <translation>{times}, {length}{gently}</translation>
        </message>
        <message>
            <source>{times}: {what}</source>
            <translation>{times}: {what}</translation>
        </message>
    </context>
    <context>
        <name>app.ui.hours.week_cells</name>
        <message>
            <source>{day} {time}, {what}</source>
            <translation>{day} {time}, {what}</translation>
        </message>
        <message>
            <source>partly training</source>
            <translation>teils Training</translation>
        </message>
        <message>
            <source>{days}, {start} to {end}: {what}</source>
            <translation>{days}, {start} bis {end}: {what}</translation>
        </message>
    </context>
    <context>
        <name>app.ui.hours.week_grid</name>
        <message>
            <source>Hours of the week</source>
            <translation>Stunden der Woche</translation>
        </message>
        <message>
            <source>Arrow keys move, Shift and arrow keys choose several. Space paints or clears, G makes it gentle, Delete clears.</source>
            <translation>Pfeiltasten bewegen, mit Umschalt wählen sie mehrere. Leertaste malt oder löscht, G macht sanft, Entf löscht.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.hours.window</name>
        <message>
            <source>The week</source>
            <translation>Die Woche</translation>
        </message>
        <message>
            <source>Paint in full</source>
            <translation>Voll malen</translation>
        </message>
        <message>
            <source>Paint gently</source>
            <translation>Sanft malen</translation>
        </message>
        <message>
            <source>Clear the week</source>
            <translation>Die Woche leeren</translation>
        </message>
        <message>
            <source>Drag to paint or clear. With the keys: Space paints, G makes it gentle, Delete clears.</source>
            <translation>Zieh mit der Maus, um zu malen oder zu löschen. Mit den Tasten: Leertaste malt, G macht sanft, Entf löscht.</translation>
        </message>
        <message>
            <source>When may this computer work?</source>
            <translation>Wann darf dieser Computer arbeiten?</translation>
        </message>
        <message>
            <source>Only in these hours</source>
            <translation>Nur in diesen Zeiten</translation>
        </message>
    </context>
    <context>
        <name>app.ui.limits.connection_form</name>
        <message>
            <source>{amount} a month</source>
            <translation>{amount} im Monat</translation>
        </message>
        <message>
            <source>{rate} Mbit/s up</source>
            <translation>{rate} Mbit/s senden</translation>
        </message>
        <message>
            <source>{rate} Mbit/s down</source>
            <translation>{rate} Mbit/s empfangen</translation>
        </message>
        <message>
            <source>address not shown</source>
            <translation>Adresse nicht gezeigt</translation>
        </message>
        <message>
            <source>No limits</source>
            <translation>Keine Grenzen</translation>
        </message>
        <message>
            <source>Connection</source>
            <translation>Verbindung</translation>
        </message>
        <message>
            <source>Your internet connection</source>
            <translation>Deine Internetverbindung</translation>
        </message>
        <message>
            <source>Use at most, in a month</source>
            <translation>Höchstens im Monat verbrauchen</translation>
        </message>
        <message>
            <source>GB</source>
            <translation>GB</translation>
        </message>
        <message>
            <source>Send at most</source>
            <translation>Höchstens senden mit</translation>
        </message>
        <message>
            <source>Receive at most</source>
            <translation>Höchstens empfangen mit</translation>
        </message>
        <message>
            <source>Don't show this computer's address to the others</source>
            <translation>Die Adresse dieses Computers den anderen nicht zeigen</translation>
        </message>
        <message>
            <source>Used of this month's data</source>
            <translation>Verbraucht von den Daten dieses Monats</translation>
        </message>
        <message>
            <source>Sent and received together. When it is used up, training waits for the next month.</source>
            <translation>Gesendet und empfangen zusammen. Wenn es aufgebraucht ist, wartet das Training auf den nächsten Monat.</translation>
        </message>
        <message>
            <source>This month so far: {amount}.</source>
            <translation>Bisher in diesem Monat: {amount}.</translation>
        </message>
        <message>
            <source>Computers that train together talk to each other directly and see each other's internet address. With this box ticked everything goes through the network's store instead, which is slower and earns less.</source>
            <translation>Computer, die zusammen trainieren, sprechen direkt miteinander und sehen die Internetadresse voneinander. Mit diesem Häkchen geht alles stattdessen durch den Speicher des Netzwerks; das ist langsamer und bringt weniger ein.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.limits.dialog</name>
        <message>
            <source>Automatic</source>
            <translation>Automatisch</translation>
        </message>
        <message>
            <source>blender, steam</source>
            <translation>blender, steam</translation>
        </message>
        <message>
            <source>Programs, with commas between them</source>
            <translation>Programme, mit Kommas dazwischen</translation>
        </message>
        <message>
            <source>Choose…</source>
            <translation>Auswählen…</translation>
        </message>
        <message>
            <source>From the programs that run now</source>
            <translation>Aus den Programmen, die jetzt laufen</translation>
        </message>
        <message>
            <source>Not looked at now.</source>
            <translation>Wird jetzt nicht beachtet.</translation>
        </message>
        <message>
            <source>Not looked at any more, once it is saved.</source>
            <translation>Nach dem Speichern nicht mehr beachtet.</translation>
        </message>
        <message>
            <source>Looked at once it is saved.</source>
            <translation>Nach dem Speichern beachtet.</translation>
        </message>
        <message>
            <source>So it would wait.</source>
            <translation>So würde es warten.</translation>
        </message>
        <message>
            <source>Limits — Train at Home</source>
            <translation>Grenzen — Train at Home</translation>
        </message>
        <message>
            <source>What limits training</source>
            <translation>Was das Training begrenzt</translation>
        </message>
        <message>
            <source>What the engine may take</source>
            <translation>Was das Trainingsprogramm nehmen darf</translation>
        </message>
        <message>
            <source>The fastest there is</source>
            <translation>Das Schnellste, was da ist</translation>
        </message>
        <message>
            <source>Memory, at most</source>
            <translation>Arbeitsspeicher, höchstens</translation>
        </message>
        <message>
            <source>Compute on</source>
            <translation>Rechnen mit</translation>
        </message>
        <message>
            <source>Graphics cards, where there are several</source>
            <translation>Grafikkarten, wo es mehrere gibt</translation>
        </message>
        <message>
            <source>Processor threads</source>
            <translation>Threads des Prozessors</translation>
        </message>
        <message>
            <source>Computes at most this much of the time</source>
            <translation>Rechnet höchstens so viel der Zeit</translation>
        </message>
        <message>
            <source>Of the graphics card's memory, at most</source>
            <translation>Vom Speicher der Grafikkarte, höchstens</translation>
        </message>
        <message>
            <source>Disk space for its work, at most</source>
            <translation>Platz auf der Festplatte für die Arbeit, höchstens</translation>
        </message>
        <message>
            <source>Less of the time keeps fans quiet and leaves room for other programs. That changes at once; for the rest a running engine saves its work and starts anew.</source>
            <translation>Weniger Zeit hält Lüfter leise und lässt anderen Programmen Raum. Das ändert sich sofort; für das Übrige sichert ein laufendes Trainingsprogramm seine Arbeit und startet neu.</translation>
        </message>
        <message>
            <source>As suggested</source>
            <translation>Wie vorgeschlagen</translation>
        </message>
        <message>
            <source>{count} set by you</source>
            <translation>{count} von dir eingestellt</translation>
        </message>
        <message>
            <source>Automatic counts where this computer can tell. Always also waits while it can't tell. What is off is never looked at. Below each stands what was read last, and who says so.</source>
            <translation>„Automatisch“ zählt, wo dieser Computer es feststellen kann. „Immer“ wartet auch, wenn er es nicht kann. Was aus ist, wird nie angesehen. Unter jedem steht, was zuletzt gelesen wurde und wer es sagt.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.limits.programs_picker</name>
        <message>
            <source>Programs — Train at Home</source>
            <translation>Programme — Train at Home</translation>
        </message>
        <message>
            <source>Wait while these run</source>
            <translation>Warten, während diese laufen</translation>
        </message>
        <message>
            <source>Only names with these letters</source>
            <translation>Nur Namen mit diesen Buchstaben</translation>
        </message>
        <message>
            <source>Programs that run now</source>
            <translation>Programme, die jetzt laufen</translation>
        </message>
        <message>
            <source>Looking which programs run…</source>
            <translation>Es wird nachgesehen, welche Programme laufen…</translation>
        </message>
        <message>
            <source>These run now. Tick those that training should wait for.</source>
            <translation>Diese laufen jetzt. Hake an, auf welche das Training warten soll.</translation>
        </message>
        <message>
            <source>Choose</source>
            <translation>Auswählen</translation>
        </message>
        <message>
            <source>The programs that run can't be listed here.</source>
            <translation>Welche Programme laufen, ist hier nicht zu erfahren.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.limits.proxy_form</name>
        <message>
            <source>Proxy</source>
            <translation>Proxy</translation>
        </message>
        <message>
            <source>Does your internet go through a proxy?</source>
            <translation>Geht dein Internet über einen Proxy?</translation>
        </message>
        <message>
            <source>Do what the system says</source>
            <translation>Tun, was das System sagt</translation>
        </message>
        <message>
            <source>No, go directly</source>
            <translation>Nein, direkt</translation>
        </message>
        <message>
            <source>Yes, through this one:</source>
            <translation>Ja, über diesen:</translation>
        </message>
        <message>
            <source>Address of the proxy</source>
            <translation>Adresse des Proxys</translation>
        </message>
        <message>
            <source>Companies, universities and some homes let computers reach the internet through a proxy only. What the app asks of servers, such as the network's own computers and updates, takes the way that you choose here.</source>
            <translation>Firmen, Universitäten und manche Haushalte lassen Computer nur über einen Proxy ins Internet. Was die App von Servern will, etwa von denen des Netzwerks und für Updates, nimmt den Weg, den du hier wählst.</translation>
        </message>
        <message>
            <source>Like {example}, without a name or password.</source>
            <translation>Wie {example}, ohne Name oder Passwort.</translation>
        </message>
        <message>
            <source>Computers that train together talk to each other without the proxy; where it does not let them, what they send goes through the network's store, which is slower and earns less.</source>
            <translation>Computer, die gemeinsam trainieren, sprechen ohne den Proxy miteinander; lässt er das nicht zu, geht, was sie senden, über den Speicher des Netzwerks, was langsamer ist und weniger verdient.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.limits.work_folder_form</name>
        <message>
            <source>Folder for its work</source>
            <translation>Ordner für die Arbeit</translation>
        </message>
        <message>
            <source>Where should its work lie?</source>
            <translation>Wo soll die Arbeit liegen?</translation>
        </message>
        <message>
            <source>In this folder:</source>
            <translation>In diesem Ordner:</translation>
        </message>
        <message>
            <source>Look for a folder on your disks</source>
            <translation>Einen Ordner auf deinen Platten suchen</translation>
        </message>
        <message>
            <source>What lies there now</source>
            <translation>Was jetzt dort liegt</translation>
        </message>
        <message>
            <source>Adding up…</source>
            <translation>Zählt zusammen…</translation>
        </message>
        <message>
            <source>Free that room</source>
            <translation>Platz freimachen</translation>
        </message>
        <message>
            <source>Delete what it keeps and can fetch again</source>
            <translation>Löscht, was es aufhebt und wieder laden kann</translation>
        </message>
        <message>
            <source>Nothing</source>
            <translation>Nichts</translation>
        </message>
        <message>
            <source>{size} on the disk</source>
            <translation>{size} auf der Platte</translation>
        </message>
        <message>
            <source>Parts of models, unfinished work and the text to learn from take the room that you allow under Limits. They may lie on another disk; the key and what is still to be credited stay with the app's other data.</source>
            <translation>Teile von Modellen, angefangene Arbeit und der Text zum Lernen nehmen so viel Platz, wie du unter Grenzen erlaubst. Sie dürfen auf einer anderen Platte liegen; der Schlüssel und was noch gutzuschreiben ist, bleiben bei den übrigen Daten der App.</translation>
        </message>
        <message>
            <source>What is there already is moved when training next begins, which can take minutes. While that disk is not connected, this computer does not train.</source>
            <translation>Was schon da ist, zieht um, sobald das Training das nächste Mal beginnt; das kann Minuten dauern. Solange diese Platte nicht angeschlossen ist, trainiert dieser Computer nicht.</translation>
        </message>
        <message>
            <source>What is needed is fetched again when training next begins. Your earnings, the key and what is still to be credited stay.</source>
            <translation>Was gebraucht wird, wird beim nächsten Training wieder geladen. Dein Verdienst, der Schlüssel und was noch gutgeschrieben wird, bleiben.</translation>
        </message>
        <message>
            <source>The engine needs it now. Once it has ended, that room can be freed.</source>
            <translation>Das Trainingsprogramm braucht das gerade. Ist es beendet, lässt sich der Platz freimachen.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.logs.problems_view</name>
        <message>
            <source>Search the known problems</source>
            <translation>Die bekannten Probleme durchsuchen</translation>
        </message>
        <message>
            <source>A code such as TAH-24, or words such as “disk”</source>
            <translation>Ein Code wie TAH-24 oder Wörter wie „Festplatte“</translation>
        </message>
        <message>
            <source>Known problems</source>
            <translation>Bekannte Probleme</translation>
        </message>
        <message>
            <source>There now: {code}, {title}</source>
            <translation>Jetzt: {code}, {title}</translation>
        </message>
        <message>
            <source>There lately: {code}, {title}</source>
            <translation>Vor Kurzem: {code}, {title}</translation>
        </message>
        <message>
            <source>No known problem fits. Other words may find it.</source>
            <translation>Kein bekanntes Problem passt. Vielleicht finden andere Wörter es.</translation>
        </message>
        <message numerus="yes">
            <source>{count} problems</source>
            <extracomment>For one: {count} problem</extracomment>
            <translation>
                <numerusform>{count} Problem</numerusform>
                <numerusform>{count} Probleme</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>{count} are there now, on top</source>
            <extracomment>For one: {count} is there now, on top</extracomment>
            <translation>
                <numerusform>{count} besteht jetzt, ganz oben</numerusform>
                <numerusform>{count} bestehen jetzt, ganz oben</numerusform>
            </translation>
        </message>
        <message>
            <source>No page</source>
            <translation>Keine Seite</translation>
        </message>
        <message>
            <source>There now: {sentence}</source>
            <translation>Jetzt: {sentence}</translation>
        </message>
        <message>
            <source>There lately: {sentence}</source>
            <translation>Vor Kurzem: {sentence}</translation>
        </message>
    </context>
    <context>
        <name>app.ui.logs.report_dialog</name>
        <message>
            <source>Problem report — Train at Home</source>
            <translation>Problembericht — Train at Home</translation>
        </message>
        <message>
            <source>What the report holds</source>
            <translation>Was der Bericht enthält</translation>
        </message>
        <message>
            <source>Gathering it…</source>
            <translation>Wird gesammelt…</translation>
        </message>
        <message>
            <source>Files of the report</source>
            <translation>Dateien des Berichts</translation>
        </message>
        <message>
            <source>The chosen file, as it will be saved</source>
            <translation>Die gewählte Datei, wie sie gespeichert wird</translation>
        </message>
        <message>
            <source>Save…</source>
            <translation>Speichern…</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Schließen</translation>
        </message>
        <message>
            <source>Save the report</source>
            <translation>Den Bericht speichern</translation>
        </message>
        <message>
            <source>Saved as {path}. Nothing was sent.</source>
            <translation>Gespeichert als {path}. Nichts wurde gesendet.</translation>
        </message>
        <message numerus="yes">
            <source>{count} files. Look through them, then save.</source>
            <extracomment>For one: {count} file. Look through it, then save.</extracomment>
            <translation>
                <numerusform>{count} Datei. Sieh sie durch, dann speichere.</numerusform>
                <numerusform>{count} Dateien. Sieh sie durch, dann speichere.</numerusform>
            </translation>
        </message>
        <message>
            <source>Names, folders, addresses, passwords and keys were taken out as far as they could be recognised. Nothing is sent to anybody: you save one file, and give it to whoever helps you.</source>
            <translation>Namen, Ordner, Adressen, Passwörter und Schlüssel wurden entfernt, soweit sie zu erkennen waren. Niemandem wird etwas gesendet: Du speicherst eine Datei und gibst sie jemandem, der dir hilft.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.logs.view</name>
        <message>
            <source>Show which lines</source>
            <translation>Welche Zeilen gezeigt werden</translation>
        </message>
        <message>
            <source>Warnings and errors</source>
            <translation>Warnungen und Fehler</translation>
        </message>
        <message>
            <source>Errors</source>
            <translation>Fehler</translation>
        </message>
        <message>
            <source>Only lines with these words</source>
            <translation>Nur Zeilen mit diesen Wörtern</translation>
        </message>
        <message>
            <source>Follow the end</source>
            <translation>Dem Ende folgen</translation>
        </message>
        <message>
            <source>Log</source>
            <translation>Protokoll</translation>
        </message>
        <message>
            <source>{shown} of the last {all} lines</source>
            <translation>{shown} der letzten {all} Zeilen</translation>
        </message>
        <message>
            <source>Nothing was logged yet.</source>
            <translation>Noch wurde nichts protokolliert.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.logs.window</name>
        <message>
            <source>Logs and report — Train at Home</source>
            <translation>Protokoll und Bericht — Train at Home</translation>
        </message>
        <message>
            <source>Save a report…</source>
            <translation>Bericht speichern…</translation>
        </message>
        <message>
            <source>Shows everything that goes in before it is saved</source>
            <translation>Zeigt alles, was hineinkommt, bevor gespeichert wird</translation>
        </message>
        <message>
            <source>Copy for a helper</source>
            <translation>Für Helfer kopieren</translation>
        </message>
        <message>
            <source>Version, system, settings and last readings, with names and addresses taken out</source>
            <translation>Version, System, Einstellungen und letzte Messwerte, ohne Namen und Adressen</translation>
        </message>
        <message>
            <source>Open the folder</source>
            <translation>Ordner öffnen</translation>
        </message>
        <message>
            <source>Show the log files themselves</source>
            <translation>Die Protokolldateien selbst zeigen</translation>
        </message>
        <message>
            <source>What the app and its engine wrote, the newest last.</source>
            <translation>Was die App und ihr Trainingsprogramm geschrieben haben, das Neueste zuletzt.</translation>
        </message>
        <message>
            <source>Each trouble by its code: what happened, what the app does by itself, and what you can do.</source>
            <translation>Jede Störung mit ihrem Code: was geschah, was die App von selbst tut und was du tun kannst.</translation>
        </message>
        <message>
            <source>Known problems ({count} now)</source>
            <translation>Bekannte Probleme ({count} jetzt)</translation>
        </message>
        <message>
            <source>Copied. Paste it wherever you ask for help; nothing was sent.</source>
            <translation>Kopiert. Füg es ein, wo du um Hilfe bittest; nichts wurde gesendet.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.look.card</name>
        <message>
            <source>{name}: {value}</source>
            <translation>{name}: {value}</translation>
        </message>
    </context>
    <context>
        <name>app.ui.look.form_dialog</name>
        <message>
            <source>Save</source>
            <translation>Speichern</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>Abbrechen</translation>
        </message>
    </context>
    <context>
        <name>app.ui.notices.banners</name>
        <message>
            <source>See what is held, and since when</source>
            <translation>Sehen, was einbehalten ist und seit wann</translation>
        </message>
        <message>
            <source>This computer's key</source>
            <translation>Schlüssel dieses Computers</translation>
        </message>
        <message>
            <source>See it, save a copy, or use another one</source>
            <translation>Ansehen, eine Kopie sichern oder einen anderen verwenden</translation>
        </message>
        <message>
            <source>Take this message away</source>
            <translation>Diese Meldung wegnehmen</translation>
        </message>
    </context>
    <context>
        <name>app.ui.notices.form</name>
        <message>
            <source>Comes in quiet hours too</source>
            <translation>Kommt auch in der Ruhezeit</translation>
        </message>
        <message>
            <source>Quiet hours</source>
            <translation>Ruhezeit</translation>
        </message>
        <message>
            <source>Quiet hours, from</source>
            <translation>Ruhezeit, von</translation>
        </message>
        <message>
            <source>Quiet hours, to</source>
            <translation>Ruhezeit, bis</translation>
        </message>
        <message>
            <source>In quiet hours only what needs you, or a changed payout address, is told.</source>
            <translation>In der Ruhezeit wird nur gesagt, was dich braucht, oder dass die Auszahlungsadresse geändert wurde.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.settings.licences_dialog</name>
        <message>
            <source>Licences — Train at Home</source>
            <translation>Lizenzen — Train at Home</translation>
        </message>
        <message>
            <source>Licences</source>
            <translation>Lizenzen</translation>
        </message>
        <message>
            <source>The libraries that it uses, then its own licence.</source>
            <translation>Die Bibliotheken, die sie verwendet, dann ihre eigene Lizenz.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.settings.privacy_dialog</name>
        <message>
            <source>Privacy — Train at Home</source>
            <translation>Datenschutz — Train at Home</translation>
        </message>
        <message>
            <source>With your settings as they are now.</source>
            <translation>Mit deinen jetzigen Einstellungen.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.settings.removal_end</name>
        <message>
            <source>Removing…</source>
            <translation>Wird entfernt…</translation>
        </message>
        <message>
            <source>The app has ended. What it kept is being taken away.</source>
            <translation>Die App ist beendet. Was sie aufbewahrt hat, wird weggenommen.</translation>
        </message>
        <message>
            <source>Done</source>
            <translation>Fertig</translation>
        </message>
        <message>
            <source>Not all of it could be removed</source>
            <translation>Nicht alles ließ sich entfernen</translation>
        </message>
    </context>
    <context>
        <name>app.ui.settings.remove_dialog</name>
        <message>
            <source>Remove everything — Train at Home</source>
            <translation>Alles entfernen — Train at Home</translation>
        </message>
        <message>
            <source>Remove everything</source>
            <translation>Alles entfernen</translation>
        </message>
        <message>
            <source>This is removed</source>
            <translation>Das wird entfernt</translation>
        </message>
        <message>
            <source>This stays</source>
            <translation>Das bleibt</translation>
        </message>
        <message>
            <source>Keep, for another time</source>
            <translation>Behalten, für ein anderes Mal</translation>
        </message>
        <message>
            <source>Unfinished work and parts of models</source>
            <translation>Unfertige Arbeit und Teile von Modellen</translation>
        </message>
        <message>
            <source>The training engine that was fetched</source>
            <translation>Das geholte Trainingsprogramm</translation>
        </message>
        <message>
            <source>Logs</source>
            <translation>Protokolle</translation>
        </message>
        <message>
            <source>Remove the key too</source>
            <translation>Auch den Schlüssel entfernen</translation>
        </message>
        <message>
            <source>Remove this computer's key too</source>
            <translation>Auch den Schlüssel dieses Computers entfernen</translation>
        </message>
        <message>
            <source>not put there by this app</source>
            <translation>nicht von dieser App dort abgelegt</translation>
        </message>
        <message>
            <source>Remove and quit</source>
            <translation>Entfernen und beenden</translation>
        </message>
        <message>
            <source>Go on…</source>
            <translation>Weiter…</translation>
        </message>
        <message>
            <source>The app hands over its work and ends. Then all that it keeps on this computer is taken away, but for what you keep here.</source>
            <translation>Die App übergibt ihre Arbeit und endet. Dann wird alles weggenommen, was sie auf diesem Computer aufbewahrt, außer dem, was du hier behältst.</translation>
        </message>
        <message>
            <source>Remove {size} for good? This can't be taken back.</source>
            <translation>{size} endgültig entfernen? Das lässt sich nicht rückgängig machen.</translation>
        </message>
        <message>
            <source>What is still owed to this computer belongs to its key. Without a saved copy of the key it is lost.</source>
            <translation>Was diesem Computer noch zusteht, gehört zu seinem Schlüssel. Ohne eine gesicherte Kopie des Schlüssels ist es verloren.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.settings.window</name>
        <message>
            <source>Settings — Train at Home</source>
            <translation>Einstellungen — Train at Home</translation>
        </message>
        <message>
            <source>Notifications</source>
            <translation>Benachrichtigungen</translation>
        </message>
        <message>
            <source>When and how it works</source>
            <translation>Wann und wie er arbeitet</translation>
        </message>
        <message>
            <source>Limits</source>
            <translation>Grenzen</translation>
        </message>
        <message>
            <source>Change what limits training on this computer</source>
            <translation>Ändern, was das Training auf diesem Computer begrenzt</translation>
        </message>
        <message>
            <source>Change how much of your internet connection it may use</source>
            <translation>Ändern, wie viel von deiner Internetverbindung er nutzen darf</translation>
        </message>
        <message>
            <source>Change how servers on the internet are reached</source>
            <translation>Ändern, wie Server im Internet erreicht werden</translation>
        </message>
        <message>
            <source>Choose on which disk parts of models and unfinished work lie</source>
            <translation>Wählen, auf welcher Platte Teile von Modellen und angefangene Arbeit liegen</translation>
        </message>
        <message>
            <source>Show</source>
            <translation>Zeigen</translation>
        </message>
        <message>
            <source>Its devices, and how fast it trains</source>
            <translation>Seine Geräte, und wie schnell er trainiert</translation>
        </message>
        <message>
            <source>Network and earnings</source>
            <translation>Netzwerk und Verdienst</translation>
        </message>
        <message>
            <source>The app</source>
            <translation>Die App</translation>
        </message>
        <message>
            <source>Like the system</source>
            <translation>Wie das System</translation>
        </message>
        <message>
            <source>Light</source>
            <translation>Hell</translation>
        </message>
        <message>
            <source>Dark</source>
            <translation>Dunkel</translation>
        </message>
        <message>
            <source>High contrast</source>
            <translation>Hoher Kontrast</translation>
        </message>
        <message>
            <source>Language</source>
            <translation>Sprache</translation>
        </message>
        <message>
            <source>Appearance</source>
            <translation>Aussehen</translation>
        </message>
        <message>
            <source>The language changes when the app next starts.</source>
            <translation>Die Sprache wechselt, wenn die App das nächste Mal startet.</translation>
        </message>
        <message>
            <source>Start with your session</source>
            <translation>Mit deiner Anmeldung starten</translation>
        </message>
        <message>
            <source>Update by itself</source>
            <translation>Von selbst aktualisieren</translation>
        </message>
        <message>
            <source>It looks for a new version daily, and begins it while nobody is disturbed.</source>
            <translation>Sie sieht täglich nach einer neuen Version und beginnt mit ihr, wenn es niemanden stört.</translation>
        </message>
        <message>
            <source>Versions</source>
            <translation>Versionen</translation>
        </message>
        <message>
            <source>About</source>
            <translation>Über</translation>
        </message>
        <message>
            <source>Train at Home {version}</source>
            <translation>Train at Home {version}</translation>
        </message>
        <message>
            <source>Read the licences of the app and its parts</source>
            <translation>Die Lizenzen der App und ihrer Teile lesen</translation>
        </message>
        <message>
            <source>Open its folder</source>
            <translation>Ihren Ordner öffnen</translation>
        </message>
        <message>
            <source>Show in your file manager what the app keeps</source>
            <translation>Im Dateimanager zeigen, was die App aufbewahrt</translation>
        </message>
        <message>
            <source>Privacy</source>
            <translation>Datenschutz</translation>
        </message>
        <message>
            <source>Free software under the Apache licence 2.0.</source>
            <translation>Freie Software unter der Apache-Lizenz 2.0.</translation>
        </message>
        <message>
            <source>What it keeps lies in {folder}</source>
            <translation>Was sie aufbewahrt, liegt in {folder}</translation>
        </message>
        <message>
            <source>Remove everything…</source>
            <translation>Alles entfernen…</translation>
        </message>
        <message>
            <source>See exactly what goes, choose what stays, then decide</source>
            <translation>Genau sehen, was geht, wählen, was bleibt, dann entscheiden</translation>
        </message>
        <message>
            <source>Takes away all that the app keeps on this computer. You see the list before anything happens.</source>
            <translation>Nimmt alles weg, was die App auf diesem Computer aufbewahrt. Du siehst die Liste, bevor etwas geschieht.</translation>
        </message>
        <message>
            <source>Not open</source>
            <translation>Nicht offen</translation>
        </message>
    </context>
    <context>
        <name>app.ui.tray.absence</name>
        <message>
            <source>Your system hides the icon of this app.</source>
            <translation>Dein System versteckt das Symbol dieser App.</translation>
        </message>
        <message>
            <source>Its bar has no room left, so this window does everything; closing it ends the app. With fewer icons in the bar it comes back.</source>
            <translation>In seiner Leiste ist kein Platz mehr, also tut dieses Fenster alles; wer es schließt, beendet die App. Mit weniger Symbolen in der Leiste kommt es wieder.</translation>
        </message>
        <message>
            <source>The icon of this app has gone from your screen.</source>
            <translation>Das Symbol dieser App ist von deinem Bildschirm verschwunden.</translation>
        </message>
        <message>
            <source>The bar that showed it has ended, or shows no icons any more, so this window does everything; closing it ends the app. Once the bar is back, so is the icon.</source>
            <translation>Die Leiste, die es zeigte, ist beendet oder zeigt keine Symbole mehr, also tut dieses Fenster alles; wer es schließt, beendet die App. Ist die Leiste wieder da, ist es auch das Symbol.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.tray.menu</name>
        <message>
            <source>Set up…</source>
            <translation>Einrichten…</translation>
        </message>
        <message>
            <source>Quit</source>
            <translation>Beenden</translation>
        </message>
        <message>
            <source>Open Train at Home</source>
            <translation>Train at Home öffnen</translation>
        </message>
        <message>
            <source>Open the dashboard</source>
            <translation>Netzwerkseite öffnen</translation>
        </message>
        <message>
            <source>{tonight} · {money} still to be paid</source>
            <translation>{tonight} · {money} noch auszuzahlen</translation>
        </message>
        <message>
            <source>Tonight: {money} earned</source>
            <translation>Heute Nacht: {money} verdient</translation>
        </message>
        <message>
            <source>Tonight: {credit} of work credited</source>
            <translation>Heute Nacht: {credit} gutgeschrieben</translation>
        </message>
        <message>
            <source>Tonight: nothing credited yet</source>
            <translation>Heute Nacht: noch nichts gutgeschrieben</translation>
        </message>
        <message>
            <source>Handing over its work, then quitting…</source>
            <translation>Übergibt seine Arbeit und endet dann…</translation>
        </message>
        <message>
            <source>Quit at once</source>
            <translation>Sofort beenden</translation>
        </message>
    </context>
    <context>
        <name>app.ui.wallet.address_card</name>
        <message>
            <source>No address</source>
            <translation>Keine Adresse</translation>
        </message>
    </context>
    <context>
        <name>app.ui.wallet.identicon</name>
        <message>
            <source>red</source>
            <translation>rot</translation>
        </message>
        <message>
            <source>orange</source>
            <translation>orange</translation>
        </message>
        <message>
            <source>yellow</source>
            <translation>gelb</translation>
        </message>
        <message>
            <source>lime</source>
            <translation>limette</translation>
        </message>
        <message>
            <source>green</source>
            <translation>grün</translation>
        </message>
        <message>
            <source>mint</source>
            <translation>minze</translation>
        </message>
        <message>
            <source>cyan</source>
            <translation>türkis</translation>
        </message>
        <message>
            <source>sky</source>
            <translation>himmelblau</translation>
        </message>
        <message>
            <source>blue</source>
            <translation>blau</translation>
        </message>
        <message>
            <source>violet</source>
            <translation>violett</translation>
        </message>
        <message>
            <source>magenta</source>
            <translation>magenta</translation>
        </message>
        <message>
            <source>rose</source>
            <translation>rosa</translation>
        </message>
        <message>
            <source>Picture of the address {first}…{last}</source>
            <translation>Bild der Adresse {first}…{last}</translation>
        </message>
        <message>
            <source>Dots: {colours}</source>
            <translation>Punkte: {colours}</translation>
        </message>
    </context>
    <context>
        <name>app.ui.wallet.identity_dialog</name>
        <message>
            <source>In use now</source>
            <translation>Jetzt in Gebrauch</translation>
        </message>
        <message>
            <source>Keep it in a file with a password…</source>
            <translation>In einer Datei mit Passwort aufbewahren…</translation>
        </message>
        <message>
            <source>Enter the file's password…</source>
            <translation>Passwort der Datei eingeben…</translation>
        </message>
        <message>
            <source>Use the key made on this computer</source>
            <translation>Den auf diesem Computer erzeugten Schlüssel verwenden</translation>
        </message>
        <message>
            <source>A copy</source>
            <translation>Eine Kopie</translation>
        </message>
        <message>
            <source>Save a copy…</source>
            <translation>Kopie sichern…</translation>
        </message>
        <message>
            <source>Use a key from a copy…</source>
            <translation>Schlüssel aus einer Kopie verwenden…</translation>
        </message>
        <message>
            <source>A hotkey of your Bittensor wallet</source>
            <translation>Ein Hotkey deiner Bittensor-Wallet</translation>
        </message>
        <message>
            <source>Hotkeys in your wallet folder</source>
            <translation>Hotkeys in deinem Wallet-Ordner</translation>
        </message>
        <message>
            <source>Use this hotkey</source>
            <translation>Diesen Hotkey verwenden</translation>
        </message>
        <message>
            <source>The key is not open.</source>
            <translation>Der Schlüssel ist nicht offen.</translation>
        </message>
        <message>
            <source>The copy is saved as {path}.</source>
            <translation>Die Kopie ist gespeichert als {path}.</translation>
        </message>
        <message>
            <source>{wallet} / {hotkey}, {first}…{last}</source>
            <translation>{wallet} / {hotkey}, {first}…{last}</translation>
        </message>
        <message>
            <source>It is being opened.</source>
            <translation>Er wird gerade geöffnet.</translation>
        </message>
        <message>
            <source>It came from a copy and lies in this computer's keychain.</source>
            <translation>Er kam aus einer Kopie und liegt im Schlüsselbund dieses Computers.</translation>
        </message>
        <message>
            <source>It was made by this app and lies in this computer's keychain.</source>
            <translation>Er wurde von dieser App erzeugt und liegt im Schlüsselbund dieses Computers.</translation>
        </message>
        <message>
            <source>Save a copy of the key</source>
            <translation>Eine Kopie des Schlüssels sichern</translation>
        </message>
        <message>
            <source>Choose a copy</source>
            <translation>Eine Kopie wählen</translation>
        </message>
        <message>
            <source>With this key, the hotkey, this computer signs its work, so that the work is credited to you. No money can be moved with it. Each computer has its own; all of them may name the same payout address.</source>
            <translation>Mit diesem Schlüssel, dem Hotkey, unterschreibt dieser Computer seine Arbeit, damit sie dir gutgeschrieben wird. Geld lässt sich mit ihm nicht bewegen. Jeder Computer hat seinen eigenen; alle dürfen dieselbe Auszahlungsadresse nennen.</translation>
        </message>
        <message>
            <source>Save a copy before you set this computer up anew: what was credited to its key and has no payout address yet is found again with it. The copy is a file that opens with a password only.</source>
            <translation>Sichere eine Kopie, bevor du diesen Computer neu einrichtest: Was seinem Schlüssel gutgeschrieben wurde und noch keine Auszahlungsadresse hat, findest du damit wieder. Die Kopie ist eine Datei, die sich nur mit einem Passwort öffnet.</translation>
        </message>
        <message>
            <source>If you mine already, this computer can sign with a hotkey of your own. Only the folder of hotkeys is read, never a coldkey. Don't use one hotkey on two computers at a time.</source>
            <translation>Wenn du schon Miner bist, kann dieser Computer mit einem eigenen Hotkey von dir unterschreiben. Gelesen wird nur der Ordner der Hotkeys, nie ein Coldkey. Verwende einen Hotkey nicht auf zwei Computern zugleich.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.wallet.password_dialog</name>
        <message>
            <source>Password</source>
            <translation>Passwort</translation>
        </message>
        <message>
            <source>The same again</source>
            <translation>Noch einmal dasselbe</translation>
        </message>
        <message>
            <source>Continue</source>
            <translation>Weiter</translation>
        </message>
        <message>
            <source>At least {count} characters; four random words are good.</source>
            <translation>Mindestens {count} Zeichen; vier zufällige Wörter sind gut.</translation>
        </message>
        <message>
            <source>The two are not the same.</source>
            <translation>Die beiden sind nicht gleich.</translation>
        </message>
        <message>
            <source>A password for the copy</source>
            <translation>Ein Passwort für die Kopie</translation>
        </message>
        <message>
            <source>Without it the copy is worth nothing, so write it down.</source>
            <translation>Ohne es ist die Kopie nichts wert, also schreib es auf.</translation>
        </message>
        <message>
            <source>The copy's password</source>
            <translation>Das Passwort der Kopie</translation>
        </message>
        <message>
            <source>The one that you gave it when you saved it.</source>
            <translation>Das, das du ihr beim Sichern gegeben hast.</translation>
        </message>
        <message>
            <source>A password for the key's file</source>
            <translation>Ein Passwort für die Datei des Schlüssels</translation>
        </message>
        <message>
            <source>This computer has no keychain that is open. The key can lie in a file instead, which only this password opens; you will be asked for it each time the app starts, and nothing trains before.</source>
            <translation>Dieser Computer hat keinen offenen Schlüsselbund. Der Schlüssel kann stattdessen in einer Datei liegen, die nur dieses Passwort öffnet; du wirst bei jedem Start der App danach gefragt, und vorher trainiert nichts.</translation>
        </message>
        <message>
            <source>The file's password</source>
            <translation>Das Passwort der Datei</translation>
        </message>
        <message>
            <source>It opens this computer's key until the app ends.</source>
            <translation>Es öffnet den Schlüssel dieses Computers, bis die App endet.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.wallet.payout_dialog</name>
        <message>
            <source>Use this address</source>
            <translation>Diese Adresse verwenden</translation>
        </message>
        <message>
            <source>Forget the address</source>
            <translation>Die Adresse vergessen</translation>
        </message>
        <message>
            <source>Until now</source>
            <translation>Bis jetzt</translation>
        </message>
        <message>
            <source>From now on</source>
            <translation>Von jetzt an</translation>
        </message>
        <message>
            <source>Compare the whole new address with the one in your wallet, not just its ends. What was already paid stays where it went; everything still owed goes to the new address.</source>
            <translation>Vergleich die ganze neue Adresse mit der in deiner Wallet, nicht nur die Enden. Was schon ausgezahlt wurde, bleibt, wo es hinging; alles, was noch aussteht, geht an die neue Adresse.</translation>
        </message>
        <message>
            <source>Read this once more: this is where all your earnings will go.</source>
            <translation>Lies das noch einmal: Hierhin geht dein ganzer Verdienst.</translation>
        </message>
        <message>
            <source>Without an address nothing is paid out. What you earn is kept until you add one.</source>
            <translation>Ohne Adresse wird nichts ausgezahlt. Was du verdienst, wird aufbewahrt, bis du eine angibst.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.wallet.payout_field</name>
        <message>
            <source>The public address of your wallet, 48 characters that begin with 5</source>
            <translation>Die öffentliche Adresse deiner Wallet, 48 Zeichen, die mit 5 beginnen</translation>
        </message>
        <message>
            <source>Paste the public address of a Bittensor wallet. We never ask for secret words or keys; nobody can take money with an address. Without one, what you earn is kept for this computer until you add it.</source>
            <translation>Füg die öffentliche Adresse einer Bittensor-Wallet ein. Wir fragen nie nach geheimen Wörtern oder Schlüsseln; mit einer Adresse kann niemand Geld wegnehmen. Ohne eine wird, was du verdienst, für diesen Computer aufbewahrt, bis du sie angibst.</translation>
        </message>
    </context>
    <context>
        <name>app.ui.wallet.payout_guide</name>
        <message>
            <source>Getting an address</source>
            <translation>Zu einer Adresse kommen</translation>
        </message>
        <message>
            <source>Your wallet's main key is called the coldkey. It belongs on paper or in a wallet program, never on a computer that works for others. This app wants its public address and nothing else.</source>
            <translation>Der Hauptschlüssel deiner Wallet heißt Coldkey. Er gehört auf Papier oder in ein Wallet-Programm, nie auf einen Computer, der für andere arbeitet. Diese App braucht seine öffentliche Adresse und sonst nichts.</translation>
        </message>
        <message>
            <source>Whatever you choose</source>
            <translation>Was auch immer du wählst</translation>
        </message>
        <message>
            <source>Open Bittensor's guide to wallets</source>
            <translation>Bittensors Anleitung zu Wallets öffnen</translation>
        </message>
        <message>
            <source>Open the official wallet's page</source>
            <translation>Die Seite der offiziellen Wallet öffnen</translation>
        </message>
        <message>
            <source>On a phone or in a browser</source>
            <translation>Auf dem Telefon oder im Browser</translation>
        </message>
        <message>
            <source>Install Bittensor's own wallet from its official page, or Talisman or Nova, and make a new wallet for Bittensor (TAO). Write its 12 or 24 words on paper, and copy the address that begins with 5.</source>
            <translation>Installiere Bittensors eigene Wallet von ihrer offiziellen Seite, oder Talisman oder Nova, und leg eine neue Wallet für Bittensor (TAO) an. Schreib ihre 12 oder 24 Wörter auf Papier, und kopier die Adresse, die mit 5 beginnt.</translation>
        </message>
        <message>
            <source>With a hardware wallet</source>
            <translation>Mit einer Hardware-Wallet</translation>
        </message>
        <message>
            <source>A Ledger with its Polkadot app keeps the key inside the device. The wallet program shows its Bittensor address; copy that.</source>
            <translation>Ein Ledger mit seiner Polkadot-App behält den Schlüssel im Gerät. Das Wallet-Programm zeigt seine Bittensor-Adresse; kopier die.</translation>
        </message>
        <message>
            <source>In a terminal</source>
            <translation>Im Terminal</translation>
        </message>
        <message>
            <source>On another computer: pip install bittensor-cli, then btcli wallet new_coldkey. Write down the words that it shows once. The address is in btcli wallet list.</source>
            <translation>Auf einem anderen Computer: pip install bittensor-cli, dann btcli wallet new_coldkey. Schreib die Wörter auf, die es einmal zeigt. Die Adresse steht in btcli wallet list.</translation>
        </message>
        <message>
            <source>The words are the money. Paper, twice, in two places; no photo, no mail, no cloud.</source>
            <translation>Die Wörter sind das Geld. Papier, zweimal, an zwei Orten; kein Foto, keine Mail, keine Cloud.</translation>
        </message>
        <message>
            <source>No helper, no site and no app ever needs them to pay you. Who asks for them is a thief.</source>
            <translation>Kein Helfer, keine Seite und keine App braucht sie je, um dich zu bezahlen. Wer danach fragt, ist ein Dieb.</translation>
        </message>
        <message>
            <source>Try the address with a small amount first, and see it arrive.</source>
            <translation>Probier die Adresse erst mit einem kleinen Betrag, und sieh ihn ankommen.</translation>
        </message>
    </context>
    <context>
        <name>app.update.download</name>
        <message>
            <source>What was downloaded is not what was signed, so it was thrown away.</source>
            <translation>Was heruntergeladen wurde, ist nicht das, was unterschrieben war, darum wurde es verworfen.</translation>
        </message>
        <message>
            <source>Try again; if it happens again, the server or the way to it is not to be trusted.</source>
            <translation>Versuch es noch einmal; wenn es wieder geschieht, ist dem Server oder dem Weg zu ihm nicht zu trauen.</translation>
        </message>
        <message>
            <source>What came is kept; try again and it goes on from there.</source>
            <translation>Was ankam, bleibt erhalten; versuch es noch einmal, dann geht es von dort weiter.</translation>
        </message>
        <message>
            <source>The download broke off.</source>
            <translation>Das Herunterladen brach ab.</translation>
        </message>
        <message>
            <source>The disk is full.</source>
            <translation>Die Festplatte ist voll.</translation>
        </message>
        <message>
            <source>Free some space and try again; the download goes on from there.</source>
            <translation>Mach etwas Platz und versuch es noch einmal; das Herunterladen geht von dort weiter.</translation>
        </message>
        <message>
            <source>{place} can't be written: {problem}.</source>
            <translation>{place} lässt sich nicht schreiben: {problem}.</translation>
        </message>
        <message>
            <source>There is not enough room on the disk of {place}: {size} are missing.</source>
            <translation>Auf der Festplatte von {place} ist nicht genug Platz: {size} fehlen.</translation>
        </message>
        <message>
            <source>Free some space and try again.</source>
            <translation>Mach etwas Platz und versuch es noch einmal.</translation>
        </message>
    </context>
    <context>
        <name>app.update.engine_programs</name>
        <message>
            <source>Fetch it under This computer, or with `train-at-home engine`: its size is shown first.</source>
            <translation>Hol es unter „Dieser Computer“ oder mit `train-at-home engine`: Seine Größe wird zuerst gezeigt.</translation>
        </message>
    </context>
    <context>
        <name>app.update.fetching</name>
        <message>
            <source>There is no engine for this computer yet.</source>
            <translation>Für diesen Computer gibt es noch kein Trainingsprogramm.</translation>
        </message>
        <message>
            <source>Look again later, or update the app first.</source>
            <translation>Sieh später wieder nach, oder aktualisiere erst die App.</translation>
        </message>
        <message>
            <source>The archive holds no app.</source>
            <translation>Das Archiv enthält keine App.</translation>
        </message>
        <message>
            <source>This build of the app has no address to fetch from.</source>
            <translation>Diese Ausgabe der App hat keine Adresse, von der sie holen könnte.</translation>
        </message>
        <message>
            <source>It was built from source: fetch the newest source and build it again.</source>
            <translation>Sie wurde aus dem Quelltext gebaut: Hol den neuesten Quelltext und bau sie neu.</translation>
        </message>
        <message>
            <source>What came is kept; it goes on from there the next time.</source>
            <translation>Was ankam, bleibt erhalten; beim nächsten Mal geht es von dort weiter.</translation>
        </message>
    </context>
    <context>
        <name>app.update.programs</name>
        <message>
            <source>The archive holds no engine.</source>
            <translation>Das Archiv enthält kein Trainingsprogramm.</translation>
        </message>
        <message>
            <source>{place} can't be made: {problem}.</source>
            <translation>{place} lässt sich nicht anlegen: {problem}.</translation>
        </message>
        <message>
            <source>Something is being fetched already.</source>
            <translation>Es wird schon etwas geholt.</translation>
        </message>
        <message>
            <source>Wait until that is done.</source>
            <translation>Warte, bis das fertig ist.</translation>
        </message>
    </context>
    <context>
        <name>app.update.releases</name>
        <message>
            <source>The list of versions is of a later kind.</source>
            <translation>Die Liste der Versionen ist von einer späteren Art.</translation>
        </message>
        <message>
            <source>Install the newest app by hand once.</source>
            <translation>Installiere einmal die neueste App von Hand.</translation>
        </message>
        <message>
            <source>the processor</source>
            <translation>den Prozessor</translation>
        </message>
        <message>
            <source>NVIDIA graphics cards</source>
            <translation>NVIDIA-Grafikkarten</translation>
        </message>
        <message>
            <source>AMD graphics cards</source>
            <translation>AMD-Grafikkarten</translation>
        </message>
        <message>
            <source>Intel graphics cards</source>
            <translation>Intel-Grafikkarten</translation>
        </message>
        <message>
            <source>Apple silicon</source>
            <translation>Apple Silicon</translation>
        </message>
    </context>
    <context>
        <name>app.update.repository</name>
        <message>
            <source>The list names a file that is not signed.</source>
            <translation>Die Liste nennt eine Datei, die nicht unterschrieben ist.</translation>
        </message>
        <message>
            <source>Nothing was fetched; try again later.</source>
            <translation>Nichts wurde geholt; versuch es später noch einmal.</translation>
        </message>
        <message>
            <source>The list of versions is too long.</source>
            <translation>Die Liste der Versionen ist zu lang.</translation>
        </message>
        <message>
            <source>What the update server says is out of date, so it is not believed.</source>
            <translation>Was der Update-Server sagt, ist veraltet, darum wird ihm nicht geglaubt.</translation>
        </message>
        <message>
            <source>Check this computer's date; if it is right, try again tomorrow. The app goes on as it is.</source>
            <translation>Prüf das Datum dieses Computers; wenn es stimmt, versuch es morgen noch einmal. Die App geht weiter wie bisher.</translation>
        </message>
        <message>
            <source>The update server shows an older or mixed state than before, so it is not believed.</source>
            <translation>Der Update-Server zeigt einen älteren oder vermischten Stand als zuvor, darum wird ihm nicht geglaubt.</translation>
        </message>
        <message>
            <source>Nothing was changed. The app goes on as it is.</source>
            <translation>Nichts wurde geändert. Die App geht weiter wie bisher.</translation>
        </message>
        <message>
            <source>What the update server sent is not what was signed, so it was thrown away.</source>
            <translation>Was der Update-Server gesendet hat, ist nicht das, was unterschrieben war, darum wurde es verworfen.</translation>
        </message>
        <message>
            <source>Nothing was changed. Try again later.</source>
            <translation>Nichts wurde geändert. Versuch es später noch einmal.</translation>
        </message>
        <message>
            <source>The update server can't be reached: the proxy refused or could not be reached.</source>
            <translation>Der Update-Server ist nicht zu erreichen: Der Proxy lehnte ab oder war nicht zu erreichen.</translation>
        </message>
        <message>
            <source>The update server can't be reached.</source>
            <translation>Der Update-Server ist nicht zu erreichen.</translation>
        </message>
        <message>
            <source>Check the network connection; it is tried again by itself.</source>
            <translation>Prüf die Netzwerkverbindung; es wird von selbst wieder versucht.</translation>
        </message>
        <message>
            <source>The update server's signatures are not those of the makers of this app, so it is not believed.</source>
            <translation>Die Unterschriften des Update-Servers sind nicht die der Hersteller dieser App, darum wird ihm nicht geglaubt.</translation>
        </message>
        <message>
            <source>The update can't be kept: {problem}.</source>
            <translation>Das Update lässt sich nicht aufbewahren: {problem}.</translation>
        </message>
        <message>
            <source>Check the disk.</source>
            <translation>Prüf die Festplatte.</translation>
        </message>
    </context>
    <context>
        <name>app.update.unpack</name>
        <message>
            <source>The archive is damaged.</source>
            <translation>Das Archiv ist beschädigt.</translation>
        </message>
        <message>
            <source>Try again; it is fetched anew.</source>
            <translation>Versuch es noch einmal; es wird neu geholt.</translation>
        </message>
        <message>
            <source>The archive holds too many files.</source>
            <translation>Das Archiv enthält zu viele Dateien.</translation>
        </message>
        <message>
            <source>The archive holds more than was announced.</source>
            <translation>Das Archiv enthält mehr, als angekündigt war.</translation>
        </message>
        <message>
            <source>The archive holds something that is neither file, folder nor link.</source>
            <translation>Das Archiv enthält etwas, das weder Datei noch Ordner noch Link ist.</translation>
        </message>
        <message>
            <source>The archive wants to write outside its folder.</source>
            <translation>Das Archiv will außerhalb seines Ordners schreiben.</translation>
        </message>
        <message>
            <source>It was not unpacked.</source>
            <translation>Es wurde nicht entpackt.</translation>
        </message>
        <message>
            <source>The archive wants to write through a link.</source>
            <translation>Das Archiv will durch einen Link schreiben.</translation>
        </message>
        <message>
            <source>The archive holds a link that leads outside its folder.</source>
            <translation>Das Archiv enthält einen Link, der aus seinem Ordner führt.</translation>
        </message>
    </context>
    <context>
        <name>app.update.versions</name>
        <message>
            <source>It has three numbers, like 1.2.3.</source>
            <translation>Sie hat drei Zahlen, wie 1.2.3.</translation>
        </message>
        <message>
            <source>“{text}” is no version.</source>
            <translation>„{text}“ ist keine Version.</translation>
        </message>
    </context>
    <context>
        <name>app.update.words</name>
        <message>
            <source>The training engine for {hardware}: {size} to download, {disk} on the disk</source>
            <translation>Das Trainingsprogramm für {hardware}: {size} herunterzuladen, {disk} auf der Festplatte</translation>
        </message>
        <message>
            <source>Version {version}: {size} to download, {disk} on the disk</source>
            <translation>Version {version}: {size} herunterzuladen, {disk} auf der Festplatte</translation>
        </message>
        <message>
            <source>, about {minutes} min on a line of 50 Mbit/s.</source>
            <translation>, etwa {minutes} min mit einer Leitung von 50 Mbit/s.</translation>
        </message>
        <message>
            <source>Stable</source>
            <translation>Erprobt</translation>
        </message>
        <message>
            <source>Early</source>
            <translation>Vorab</translation>
        </message>
        <message>
            <source>You get versions that others have tried before. An early one stays until a stable one is newer.</source>
            <translation>Du bekommst Versionen, die andere schon ausprobiert haben. Eine Vorabversion bleibt, bis eine erprobte neuer ist.</translation>
        </message>
        <message>
            <source>You get new versions first, while more in them may still go wrong. You can go back at any time.</source>
            <translation>Du bekommst neue Versionen zuerst, und darin kann noch mehr schiefgehen. Du kannst jederzeit zurück.</translation>
        </message>
        <message>
            <source>Version {version} is an early one. It stays until a stable version is newer.</source>
            <translation>Version {version} ist eine Vorabversion. Sie bleibt, bis eine erprobte Version neuer ist.</translation>
        </message>
        <message>
            <source>Version {version} is the newest.</source>
            <translation>Version {version} ist die neueste.</translation>
        </message>
        <message>
            <source>Nothing was fetched. Add --yes to fetch it.</source>
            <translation>Nichts wurde geholt. Mit --yes wird es geholt.</translation>
        </message>
        <message>
            <source>Downloading: {done} of {total}</source>
            <translation>Lädt herunter: {done} von {total}</translation>
        </message>
        <message>
            <source>Checking what came…</source>
            <translation>Prüft, was ankam…</translation>
        </message>
        <message>
            <source>Unpacking: {done} of {total}</source>
            <translation>Entpackt: {done} von {total}</translation>
        </message>
    </context>
</TS>
