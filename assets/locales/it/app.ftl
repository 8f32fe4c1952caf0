### I testi di 微门户 in italiano. Stesse chiavi e variabili di zh-CN.

-city = Wenzhou
-brand-name = Portale di { -city }

## Nome e cornice
brand = { -brand-name }
window-title = { $title } - { -brand-name }
lunar-date = Calendario lunare: { $day }
skip-to-content = Vai al contenuto
nav-main = Menu principale
nav-news = Notizie
nav-directory = Servizi
nav-petitions = Lettere
nav-inbox = Novità
nav-me = Profilo
back = Indietro
close = Chiudi
cancel = Annulla
retry = Riprova
loading = Caricamento
save = Salva
none-yet = Ancora niente
elder-on = Facile
elder-off = Base
demo = Esempio
demo-banner = Dati dimostrativi, solo per prova
demo-about = Questa è una versione dimostrativa: i contenuti sono esempi, non informazioni pubblicate dal governo.
update-wanted = Aggiorni l'app alla versione { $version } o successiva dal negozio di app. Quanto già scaricato resta leggibile.
update-wanted-unknown = Aggiorni l'app dal negozio di app. Quanto già scaricato resta leggibile.

## Rubriche
collection-news = { -city } oggi
collection-notices = Avvisi
collection-leaders = Amministratori
collection-agencies = Enti pubblici
collection-phones = Numeri utili
collection-schools = Scuole
collection-hospitals = Ospedali
collection-calendar = Giorni lavorativi
collection-petitions = Lettere pubbliche

## Elenchi
pane-list = Elenco
pane-detail = Dettagli
pane-pick = Scelga una voce dall'elenco
day-today = Oggi
day-yesterday = Ieri
unread = Da leggere
starred = Tra i preferiti
list-count = { $count ->
    [one] { $count } voce
   *[other] { $count } voci
}
list-empty = Qui non c'è ancora niente
list-empty-hint = Aggiorni quando c'è rete e torni a guardare.
list-none-found = Nessun risultato
list-none-found-hint = Provi con altre parole o tolga i filtri.
list-first = Preparazione dei contenuti della città
list-first-hint = La prima volta vanno scaricati; poi si leggono anche senza rete.
list-no-content = Nessun contenuto su questo dispositivo
pull-more = Tiri giù per aggiornare
pull-release = Rilasci per aggiornare
find-label = Cerca per nome, pinyin o iniziali
find-example = Nome o pinyin
find-clear = Cancella il testo
letters = Indice alfabetico
letters-open = Cerca per lettera
letters-jump = Vai alla { $letter }

## Filtri
filter = Filtri
filter-open = { $count ->
    [0] Filtri
    [one] Filtri, { $count } attivo
   *[other] Filtri, { $count } attivi
}
filter-kind = Tipo
filter-county = Distretto
filter-department = Ufficio
filter-date = Data
filter-from = Dal
filter-to = Al
filter-any-time = Sempre
filter-week = 7 giorni
filter-month = 30 giorni
filter-year = Un anno
filter-starred = Solo preferiti
filter-all = Tutto
filter-option = { $name } ({ $count })
filter-clear = Togli i filtri
filter-show = { $count ->
    [one] Mostra { $count } voce
   *[other] Mostra { $count } voci
}
chip-from = Dal { $day }
chip-to = Fino al { $day }
chip-drop = Togli «{ $name }»

## Dettagli
mark-withdrawn = Ritirato
mark-repealed = Abrogato
mark-expired = Scaduto
mark-since = { $mark } dal { $day }
attachments = Allegati
saving = Salvataggio
saved-to = Salvato in { $path }
star = Preferito
unstar = Togli dai preferiti
copy-link = Copia link
copy-text = Copia testo
copy-name = Copia: { $name }
copied = Copiato
copied-link = Link copiato
copied-text = Testo copiato
body-absent = Testo non scaricato: si legge in rete
body-absent-hint = Si colleghi alla rete e prema «Riprova».
body-unreadable = Per questa voce serve un'app più recente
body-unreadable-hint = Aggiorni l'app dal negozio di app.
call-name = Chiama { $name }
call-number = Chiama { $label } { $number }
no-phone = Qui non risulta un numero. Può chiederlo al 12345.
map = Mappa
save-contact = Salva contatto
fact-phone = Telefono
fact-address = Indirizzo
fact-hours = Orari d'ufficio
fact-consulting = Orari delle visite
fact-phone-hours = Orari del telefono
fact-parent = Fa parte di
fact-website = Sito web
fact-duties = Compiti
fact-portfolio = Deleghe
fact-note = Note
link-title = Uscire dal { -brand-name }?
link-about = Il browser aprirà questo sito:
link-open = Apri

## Ricerca
search = Cerca
search-example = Parole, pinyin o iniziali
search-start = Scriva due caratteri o due lettere
search-start-hint = Enti, numeri, scuole, ospedali, amministratori e il testo intero di notizie e avvisi. Non serve la rete.
search-scope = Dove cercare
search-everywhere = Ovunque
search-over = { $count }+
search-sort = Ordine: { $by }. Prema per cambiare
search-by-relevance = Per pertinenza
search-by-date = Per data
search-count = { $count ->
    [one] { $count } risultato
   *[other] { $count } risultati
}
search-count-over = Più di { $count } risultati
search-expanded = Cercato anche: { $words }
search-relaxed = Nessun risultato esatto: questi sono i più vicini.
search-building = Indice in preparazione ({ $done } di { $total }). I risultati sono completi, solo più lenti.
search-scanning = L'indice va rifatto. I risultati sono completi, solo più lenti.
search-suggest = Forse cercava:
search-texts = Notizie e avvisi
search-recent = Ricerche recenti
search-forget = Elimina «{ $text }»
search-forget-all = Svuota
search-keep-recent = Ricorda le mie ricerche (solo su questo dispositivo)
search-narrowed = Senza i filtri potrebbe esserci qualcosa.
search-widen = Cerca senza filtri
search-none-hint = Provi con altre parole, oppure chieda per telefono o per lettera.
search-write = Scrivi una lettera
search-elder = La versione facile è nelle Impostazioni: la apra da qui
search-elder-words = 長輩版 關愛版 长辈版 关爱版 zhangbeiban facile anziani senior caratteri grandi testo grande

## Lettere, novità
petitions-call = Chiama il 12345

## Aggiornamenti
sync = Aggiornamenti
sync-now = Aggiorna ora
sync-running = Aggiornamento
sync-last = Ultimo contatto con il server
sync-progress = Avanzamento
sync-first = Un momento
sync-bytes = { $done } di { $total }
sync-opening = Apertura dei contenuti inclusi
sync-checking = Ricerca di aggiornamenti
sync-fetching = Aggiornamento { $percent }%
sync-fetching-unknown = Aggiornamento
sync-applying = Scrittura
sync-as-of = Aggiornato: { $time }
sync-offline = Senza rete, aggiornato: { $time }
sync-stale = Non riuscito, aggiornato: { $time }
sync-no-content = Ancora nessun contenuto

## Errori
problem-title = Non è riuscito
problem-offline = Non c'è rete. La controlli e riprovi; quanto già scaricato resta leggibile.
problem-timeout = La rete è troppo lenta: nessuna risposta. Riprovi più tardi.
problem-server = Il server ha un problema. Riprovi più tardi.
problem-captive-portal = Questo Wi-Fi chiede prima l'accesso. Apra il browser, acceda e riprovi.
problem-untrusted = I contenuti non hanno superato la verifica della firma e sono stati rifiutati. Provi un'altra rete.
problem-rollback = Il server ha offerto contenuti più vecchi di quelli presenti: sono stati rifiutati. Riprovi più tardi.
problem-damaged = I contenuti sono arrivati incompleti e sono stati scartati. Riprovi.
problem-sealed = Non si apre: il file della chiave su questo dispositivo è stato sostituito o è danneggiato. Le lettere inviate si ritrovano con il numero di telefono.
problem-update-app = L'app è troppo vecchia per aggiornare i contenuti. La aggiorni dal negozio di app.
problem-disk-full = Lo spazio non basta. Ne liberi un po' e riprovi.
problem-not-found = Questa voce non c'è più.
problem-invalid = Qualcosa nei dati inseriti non va. Controlli e riprovi.
problem-busy = Operazione in corso. Riprovi tra un momento.
problem-refused = Il server non ha accettato. Controlli e riprovi.
problem-wrong-code = Numero e codice non corrispondono. Li controlli.
problem-too-many = Troppi tentativi. Attenda un po'.
problem-too-many-topics = Segue già 1.000 argomenti, il massimo. Prima ne tolga qualcuno.
problem-internal = Errore dell'app. Riprovi o riavvii l'app.
opening-update-app = Prima aggiorni l'app
opening-update-app-hint = I dati di questo dispositivo sono di un'app più nuova: questa non li può aprire. La aggiorni dal negozio di app e la riapra.
opening-disk-full = Lo spazio non basta
opening-disk-full-hint = La memoria del dispositivo è piena e l'app non si apre. Elimini foto, video o app che non servono, poi tocchi «Riprova».
opening-busy = I dati sono in uso
opening-busy-hint = Un altro programma sta usando i dati. Lo chiuda, poi tocchi «Riprova».
opening-sealed = Le Sue lettere non si aprono
opening-sealed-hint = Il file della chiave che custodisce le lettere (mine.key) è danneggiato. Se ha una copia, la rimetta al suo posto e tocchi «Riprova». Altrimenti elimini il file; sul telefono cancelli i dati dell'app. Le bozze andranno perse; le lettere inviate si ritrovano con il numero di telefono.
opening-other = I dati non si aprono
opening-other-hint = Tocchi «Riprova». Se non basta, riavvii il dispositivo. Non disinstalli l'app: le Sue lettere e i preferiti andrebbero persi.
opening-kept = Lettere, bozze, preferiti e argomenti non sono stati toccati.
opening-urgent = Per le urgenze chiami il 12345.

## Profilo, impostazioni
me-links = I miei contenuti
me-starred = Preferiti: { $collection }
settings = Impostazioni
display = Visualizzazione
size = Caratteri
size-std = Base
size-large = Grandi
size-elder = Facile
theme = Aspetto
theme-system = Sistema
theme-light = Chiaro
theme-dark = Scuro
contrast = Contrasto elevato
contrast-hint = Testi e linee più scuri, più facili da vedere.
motion = Meno animazioni
language = Lingua
storage = Memoria
storage-text = Testi
storage-pictures = Immagini
storage-staging = In scaricamento
storage-records = Voci
storage-bodies = { $records }, di cui { $bodies } con testo
keep = Conserva i testi
keep-days90 = 90 giorni
keep-year = Un anno
keep-everything = Tutto
keep-hint = I titoli restano sempre, e così i testi aperti o preferiti.
picture-cap = Limite immagini
pictures-fetch = Scarica le immagini
pictures-always = Sempre
pictures-unmetered = Non con dati mobili
pictures-asked = Su richiesta
pictures-missing = { $count ->
    [one] 1 immagine non mostrata
   *[other] { $count } immagini non mostrate
}
pictures-show = Mostra immagini
storage-clean = Libera spazio
storage-clean-about = Elimina testi e immagini oltre quanto si conserva. Titoli e preferiti restano; il resto si rilegge in rete.
storage-cleaning = Pulizia in corso
storage-cleaned = Fatto, liberati { $size }
about = Informazioni
about-version = Versione { $version }
about-rebuilt = I dati su questo dispositivo erano danneggiati e sono stati ricostruiti. I vecchi sono in { $path }
about-server = Contenuti da { $server }
about-no-server = Nessun server impostato: si vedono solo i contenuti inclusi.
about-licence = Software libero, licenza Apache-2.0
licences = Componenti liberi
licences-about = Questa app usa { $count } componenti liberi: grazie a chi li ha scritti. Il testo di ogni licenza si trova sul sito del componente.

## Indirizzo errato
lost = Questa pagina non esiste
lost-hint = L'indirizzo può essere sbagliato, o la pagina è stata spostata.
lost-home = Alle notizie

## Condivisione
share = Condividi
share-weibo = Weibo
share-wechat = Codice WeChat
share-wechat-about = Inquadri questo codice con WeChat, poi lo invii agli amici o lo pubblichi nei Momenti.
share-qr = Codice QR di «{ $title }»
share-system = Altri modi
share-text = Copia testo
share-card = Salva come immagine
share-card-scan = Inquadri per leggere
share-card-alt = Immagine: «{ $title }»
share-card-save = Salva immagine
share-card-copy = Copia immagine
share-card-copied = Immagine copiata
share-card-send = Condividi immagine
share-card-back = Altri modi di condividere
share-print = Stampa o PDF
share-no-link = L'app non è collegata a un server e non c'è un link web: si può condividere solo il testo.

## Iscrizioni
undo = Annulla
inbox-all = Tutto
inbox-unread = Da leggere { $count }
inbox-every-topic = Tutti gli argomenti
inbox-read-all = Segna tutto come letto
inbox-read-done = { $count ->
    [one] 1 voce segnata come letta
   *[other] { $count } voci segnate come lette
}
inbox-why = Perché segue: { $topics }
inbox-drop = Togli «{ $title }»
inbox-drop-short = Togli
inbox-dropped = Tolto
inbox-my-letter = La mia lettera
inbox-letter-missing = Il server non conosce questa lettera
inbox-none = Ancora nessuna novità
inbox-none-unread = Niente da leggere
inbox-none-hint = Quando ciò che segue viene aggiornato, compare qui.
inbox-no-topics = Non segue ancora niente
inbox-no-topics-hint = Segua un distretto, un ufficio o una parola: le novità arrivano qui. Il confronto avviene su questo dispositivo; il server non sa che cosa segue.
topics = Argomenti seguiti
topics-manage = Gestisci
topics-begin = Scegli argomenti
topics-about = Il confronto avviene su questo dispositivo; il server non sa che cosa segue.
topics-suggested = Segua con un tocco
topics-export = Esporta argomenti
topics-import = Importa argomenti
topics-imported = Aggiunti { $added }, già seguiti { $known }, non utilizzabili { $refused }
topics-imported-over = Al massimo 1.000 argomenti: aggiunti { $added }, esclusi { $over }
topics-import-wrong = Non è un file di argomenti; niente è cambiato. Scelga un file creato con «Esporta argomenti».
topic-words = «{ $text }»
topic-letter = Lettera: { $title }
topic-letter-gone = una lettera non più pubblica
topic-count = { $total } in tutto, { $unread } da leggere
topic-muted = silenziato
topic-mute = Silenzia
topic-unmute = Riattiva avvisi
topic-up = Sposta su
topic-down = Sposta giù
topic-remove = Non seguire più
topic-follow = Segui
topic-on = Seguito
topic-follow-search = Segui «{ $text }»
topic-follow-letter = Segui questa lettera
topic-followed = Ora segue: { $name }
topic-letter-followed = Ora segue la lettera: i prossimi passi arrivano nelle Novità
topic-left = Non più seguito
topic-new = Nuovo argomento
topic-text = Parole
topic-text-hint = Arriva solo ciò che ha queste parole nel titolo o nel testo. Si può lasciare vuoto e scegliere qui sotto.
topic-readings = Intendeva:
topic-column = Rubrica
topic-any-column = Tutte le rubriche
topic-county = Distretto
topic-any-county = Tutti i distretti
topic-department = Ufficio
topic-any-department = Tutti gli uffici
topic-month = { $count ->
    [one] 1 voce negli ultimi 30 giorni
   *[other] { $count } voci negli ultimi 30 giorni
}
topic-month-many = Almeno { $count } voci negli ultimi 30 giorni
topic-broad = Sono più di due al giorno. Aggiunga una parola o scelga un distretto. Se lo segue comunque, la avvisiamo una volta per giorno lavorativo.
topic-broad-daily = porta molto: un avviso per giorno lavorativo
topic-followed-broad = Segue: { $name }. Porta molto: un avviso per giorno lavorativo
topic-follow-anyway = Segui comunque
topic-known = Segue già questo argomento.
topic-wrong = Scriva lettere o cifre, non solo segni.

## Avvisi
notify = Avvisi
notify-one = Novità su ciò che segue
notify-many = { $count } novità su ciò che segue
notify-letters = { $count ->
    [one] Novità sulla Sua lettera
   *[other] Novità su { $count } Sue lettere
}
notify-open = Apri
notify-trial = Questo è un avviso di prova
notify-trial-body = Se lo vede, gli avvisi funzionano.
notify-on = Avvisami quando c'è qualcosa di nuovo
notify-my-letters = Anche per le mie lettere
notify-my-letters-hint = L'avviso non mostra nulla della lettera.
notify-when = Argomenti seguiti
notify-at-once = Subito
notify-daily = Una volta per giorno lavorativo
notify-daily-at = Alle
notify-quiet = Non disturbare di notte
notify-quiet-hint = Le novità di quelle ore arrivano insieme, dopo.
notify-quiet-from = Dalle
notify-quiet-to = Alle
notify-wrong-time = Scelga due ore diverse.
notify-topics = Argomenti con avviso
notify-topics-hint = Gli altri arrivano solo nelle Novità.
notify-no-topics = Non segue ancora niente.
notify-check = Gli avvisi funzionano?
notify-check-system = Il sistema
notify-system-fine = Li mostra
notify-system-unknown = Nessun invio finora
notify-system-refused = Non li permette. Li consenta nelle impostazioni del sistema, poi riprovi.
notify-system-no-service = Questo dispositivo non mostra avvisi. Tutto si trova nelle Novità.
notify-check-on = Avvisi
notify-check-topics = Argomenti
notify-topics-told = { $count }, di cui { $told } con avviso
notify-check-last-poll = Ultimo contatto con il server
notify-check-next-poll = Prossimo contatto
notify-poll-now = In corso
notify-check-waiting = In attesa
notify-waiting = { $count }
notify-waiting-until = { $count }, avviso { $time }
notify-check-last = Ultimo avviso
notify-last = { $time }, novità: { $count }
notify-try = Invia una prova
notify-tried = Inviato. Se non lo vede, controlli gli avvisi e «Non disturbare» nelle impostazioni del sistema.
notify-while-open = Gli avvisi arrivano finché l'app è aperta, anche ridotta a icona. Con l'app chiusa non arrivano: le novità si vedono alla riapertura.
notify-suspended = Quando l'app non è in primo piano il sistema può fermarla, e gli avvisi tardano. Per le cose importanti apra l'app.
switch-on = Attivi
switch-off = Disattivati

## Primo avvio e pagina iniziale
welcome = Benvenuti nel { $brand }
welcome-about = Notizie, numeri e uffici della città stanno su questo dispositivo e si leggono anche senza rete.
welcome-size = Quali caratteri si leggono meglio?
welcome-county = Dove abita? Un tocco per seguire le novità del posto
welcome-enter = Entra
welcome-skip = Salta
nav-home = Inizio
home-ways = Usati spesso
home-call-about = Il numero della città per ogni richiesta
home-hospitals = Ospedali
home-phones = Numeri utili
home-write = Scrivi una lettera
home-search = Cerca
home-hear = Ascolta i titoli
home-more = Altre notizie
read-aloud = Ascolta
read-stop = Ferma
