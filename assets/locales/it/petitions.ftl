### I testi delle lettere al Comune, insieme ad app.ftl.

## Lettere
letters-mine = Le mie lettere
letters-public = Lettere pubbliche
letters-figures = Uffici
letters-find = Cerca lettere pubbliche
letters-public-about = Qui ci sono tutte le lettere e le risposte, tranne quelle private e riservate.
letters-refresh = Chiedi novità
letters-refreshed = Richiesta di novità in corso
letters-none = Ancora nessuna lettera. Quelle che scrive restano qui, con il loro andamento.
letter-write = Scrivi
letter-write-about = Si può scrivere senza rete: parte da sola quando c'è.
letter-number = N. { $number }
letter-untitled = Titolo non ancora pubblico
letter-unseen = Novità
letter-due = Scade { $day }
letter-joiners = { $count ->
    [one] Capita a { $count } altra persona
   *[other] Capita ad altre { $count } persone
}
letter-joined = Capita anche a me
letter-lights = Per semaforo
letter-limits = Scadenze
letter-trail = Iter della lettera
letter-text = La lettera
letter-answers = Riscontro e risposta
letter-picture = Foto allegata alla lettera
letter-files = { $count ->
    [one] { $count } allegato ({ $size })
   *[other] { $count } allegati ({ $size })
}
letter-assisting = Collaborano: { $names }
letter-acts = Che cosa posso fare
letter-rated = Valutazione di chi ha scritto: { $grade }
letter-merged-into = Prosegue insieme alla lettera { $number }.
letter-merged-mine = Riceverà comunque notizia di ogni passo.
letter-goes-on = Vedi quella lettera e la risposta
letter-number-only = Di questa lettera è pubblico solo il numero.
letter-missing = Al { $time } il server non ha questa lettera: forse è stato ripristinato da una copia e ha perso quanto arrivato dopo. Il testo è ancora su questo dispositivo: lo copi e lo invii di nuovo, o chiami il 12345.
letter-refreshed = Chiesto: { $time }
letter-way = Il percorso di una lettera
letter-way-write = Lei scrive e riceve subito un numero e un codice.
letter-way-review = La Linea del Sindaco la esamina e la assegna a un ufficio.
letter-way-respond = L'ufficio dà riscontro entro 1 giorno lavorativo.
letter-way-resolve = Risponde entro 8 giorni lavorativi; oltre, semaforo rosso e poi sollecito.
letter-way-rate = Lei valuta la risposta. Se non La soddisfa, la lettera può essere riaperta.

letter-kind-consult = Domanda
letter-kind-suggest = Proposta
letter-kind-complain = Reclamo
letter-kind-help = Richiesta d'aiuto
letter-kind-thank = Ringraziamento
letter-state-submitted = In esame
letter-state-declined = Non accolta
letter-state-routed = Attende riscontro
letter-state-responded = In lavorazione
letter-state-resolved = Risposta
letter-state-reopened = Riaperta
letter-state-closed = Chiusa
letter-state-merged = Riunita
letter-state-withdrawn = Ritirata
letter-light-green = Nei termini
letter-light-yellow = In scadenza
letter-light-red = Rosso: scaduta
letter-light-supervised = Sollecitata
letter-grade-very-good = Ottima
letter-grade-good = Buona
letter-grade-fair = Discreta
letter-grade-bad = Scarsa
letter-grade-very-bad = Pessima
letter-public = Pubblica
letter-private = Privata
letter-secret = Riservata
letter-public-about = Dopo l'esame tutti possono leggere lettera e risposta; nome e telefono restano privati.
letter-private-about = Lettera e risposta le leggono solo Lei e chi se ne occupa; conta solo nei totali.

## Iter
step-submit = Inviata
step-supplement = Integrata
step-withdraw = Ritirata
step-set-visibility = Visibilità cambiata
step-classify = Riservatezza posta o tolta
step-decline = Non accolta
step-appeal = Chiesto il riesame
step-route = Assegnata all'ufficio
step-return = Assegnazione contestata
step-settle-return = Contestazione risolta
step-reroute = Riassegnata
step-respond = Riscontro
step-ask-extension = Chiesta una proroga
step-grant-extension = Proroga concessa
step-refuse-extension = Proroga negata
step-resolve = Risposta
step-rate = Valutazione
step-confirm-reopen = Riaperta
step-refuse-reopen = Non riaperta
step-close = Chiusa
step-merge = Riunita
step-unmerge = Separata
step-join = Capita a un'altra persona
step-leave = Una persona si è tolta
step-supervise = Sollecito
step-redact = Testo pubblico oscurato
step-ask-erase = Chiesta la cancellazione
step-erase = Dati personali cancellati
step-late-response = Riscontro in ritardo: rosso
step-late-completion = Risposta in ritardo: rosso
trail-due = Risposta entro il { $day }
trail-asked = Chiesta proroga al { $day }
trail-day = Nuova scadenza { $day }
trail-of = nella lettera { $number }
trail-missed = La scadenza era { $day }
trail-voided = non conta più
next-office = In attesa dell'esame della Linea del Sindaco
next-respond = In attesa del riscontro dell'ufficio
next-resolve = In attesa della risposta dell'ufficio
next-rate = In attesa della valutazione di chi ha scritto
words-supplement = Integrazione
words-response = Riscontro
words-answer = Risposta
words-rating = Motivo della valutazione
words-decline = Spiegazione
words-writer = Chi ha scritto
declined-because = Non accolta: { $reason }.
declined-not-ours = non di nostra competenza
declined-no-matter = manca un fatto concreto
declined-in-court = già in giudizio, arbitrato o ricorso
declined-repeated = lettera ripetuta
declined-abusive = offensiva o illecita
declined-commercial = pubblicità
declined-elsewhere = spetta a un altro canale

## Scadenze
limit-respond = Riscontro entro
limit-resolve = Risposta entro
limit-extended = Risposta entro (prorogata)
limit-met = Fatto { $day }, nei termini
limit-met-late = Fatto { $day }, in ritardo
limit-missed = Scaduto
limit-open = Non ancora scaduto
limit-provisional = Provvisorio
limit-provisional-about = Le festività di quell'anno non sono ancora pubblicate; poi si ricalcola.
limit-why = { $days ->
    [one] Come si calcola ({ $days } giorno lavorativo)
   *[other] Come si calcola ({ $days } giorni lavorativi)
}
limit-rule = Dal giorno dopo l'assegnazione alla fine del giorno lavorativo { $days }.
limit-counted = Contati
limit-nth = Giorno { $n }: { $day }
limit-skipped = Non contati
limit-made-up = Recuperi lavorativi, contati
limit-day = { $day } { $name }
limit-agreed = Questa data è stata concordata: non si calcola in giorni lavorativi.
limit-ics = Salva nel calendario

## Capita anche a me
join = Capita anche a me
join-on = Aggiunto
join-count = ({ $count })
join-done = Aggiunto: riceverà notizia dei passi
join-left = Tolto

## Bozze e lettere da inviare
drafts = Bozze
outbox = Da inviare
draft-untitled = Ancora senza titolo
draft-delete = Elimina «{ $title }»
draft-deleted = Bozza eliminata
draft-restore = Ripristina
draft-saved = Salvata
draft-saving = Salvataggio
draft-failed = Salvataggio non riuscito
out-draft = Bozza
out-frozen = Da inviare
out-sending = Invio in corso
out-retry = Sarà reinviata
out-refused = Non accettata
out-waiting = La lettera è pronta e attende l'invio
out-safe = È al sicuro su questo dispositivo e parte da sola, una volta sola. Può lasciare questa pagina.
out-progress = Avanzamento dell'invio
out-next-try = Prossimo tentativo: { $time }
out-retry-now = Invia ora
out-recall = Riprendi e modifica
out-recalled = Ripresa: ora si può modificare
out-leave = Alle mie lettere
out-refused-about = Il server non ha accettato la lettera. La corregga e la invii di nuovo.
out-problem-offline = Non c'è rete: parte da sola quando c'è.
out-problem-timeout = La rete è lenta: si riprova da sé.
out-problem-server = Il server ha un problema: si riprova da sé.
out-problem-captive-portal = Questo Wi-Fi chiede prima l'accesso: apra il browser.
out-problem-busy = Il server è occupato: si riprova da sé.
out-problem-too-many = Troppi invii in poco tempo: si riprova da sé.
out-problem-refused = Il contenuto non è conforme: lo controlli.
out-problem-invalid = Un campo non è compilato bene: lo controlli.
out-problem-update-app = L'app è troppo vecchia: prima la aggiorni.
out-problem-other = Invio non riuscito: si riprova da sé.

## Scrivere
field-required = obbligatorio
field-optional = facoltativo
field-missing = Compilare
field-count = { $n } di { $most } caratteri
field-kind = Tipo
field-department = A quale ufficio
field-title = Titolo
field-title-hint = Una frase, per esempio «In via Nantang i lampioni sono spenti»
field-text = Testo
field-text-hint = Quando, dove, che cosa è successo e che cosa chiede
field-files = Foto e allegati
field-files-hint = Al massimo { $most }. Il luogo dello scatto viene tolto dalle foto.
field-address = Luogo
field-address-hint = Via, numero o un punto di riferimento vicino
field-point = Punto sulla mappa
field-point-hint = Scelga un luogo vicino, oppure incolli un punto copiato da un'app di mappe
field-point-bad = Non è un punto: scriva «latitudine, longitudine»
place-pick = Scelga un luogo vicino
place-pick-about = Un ufficio, una scuola o un ospedale vicino. La ricerca avviene su questo dispositivo, senza rete.
place-no-point = senza punto sulla mappa
place-none = Nessun risultato. Provi un altro nome, oppure scriva il luogo.
place-more = L'elenco non è completo: scriva un nome per cercare
place-filled = Compilato: { $fields }
place-filled-none = Non ha un punto sulla mappa e il luogo scritto da Lei è rimasto com'è
place-to-here = Usi la mia posizione
place-locating = Ricerca della posizione
place-here = La mia posizione, con un errore di circa { $metres } m
place-refused = L'app non può usare la posizione. La consenta nelle impostazioni di sistema e riprovi, oppure scelga un luogo vicino.
place-unknown = Posizione non trovata. Attivi la localizzazione nel sistema e riprovi, oppure scelga un luogo vicino.
place-slow = C'è voluto troppo tempo. Riprovi vicino a una finestra o all'aperto, oppure scelga un luogo vicino.
place-point = punto { $point }
place-chosen = Scelto: { $name }
place-clear = Cancella
place-clear-point = Cancella il punto sulla mappa
field-name = Nome
field-phone = Telefono
field-contact-hint = Solo perché chi se ne occupa possa contattarLa; mai pubblico
field-phone-hint = Su un cellulare i passi possono arrivare per SMS
field-visibility = Chi può leggerla
field-consent = Consenso
county-none = Ovunque, o non so
department-unknown = Non so quale
department-unknown-about = Sceglie la Linea del Sindaco
department-pick = Scegli un ufficio
department-more = { $count ->
    [one] Ancora { $count }: scriva un nome per trovarlo
   *[other] Altri { $count }: scriva un nome per trovarli
}
files-add = Aggiungi foto o file
files-adding = Aggiunta in corso
files-remove = Togli { $name }
files-too-many = Al massimo { $most }
faults-count = { $count ->
    [one] { $count } cosa da correggere
   *[other] { $count } cose da correggere
}
fault-required = da compilare
fault-too-long = troppo lungo
fault-too-many = troppi
fault-bad = da controllare
fault-phone = da 7 a 15 cifre, da controllare
fault-consent = Prima dia il Suo consenso
emergency = Per le emergenze chiami 110 / 119 / 120.
submit = Invia

## Prima dell'invio
check = Controllo prima dell'invio
check-next = Avanti: controlla
check-next-about = Poi vede che cosa leggerà il pubblico, e decide.
check-back = Torna a modificare
check-public = Che cosa vedrà il pubblico
check-public-about = Pubblica dopo l'esame. I dati personali barrati saranno oscurati; li vede solo chi se ne occupa.
check-private = Che cosa vedrà chi se ne occupa
check-private-about = Ha scelto privata: il pubblico non vede niente. I dati personali trovati sono barrati.
check-found = Dati personali trovati: { $what }. Saranno oscurati prima della pubblicazione; meglio togliere quelli che non servono.
check-found-one = { $sort } ×{ $count }
check-similar = { $count ->
    [one] { $count } lettera pubblica simile
   *[other] { $count } lettere pubbliche simili
}
check-similar-about = Forse la risposta c'è già. Se il caso è lo stesso, prema «Capita anche a me» invece di scrivere di nuovo.
hidden-as = {"["}{ $sort }, sarà oscurato{"]"}
hidden-mobile = cellulare
hidden-landline = numero di telefono
hidden-id-card = numero del documento
hidden-bank-card = numero della carta
hidden-plate = numero di targa
hidden-email = indirizzo e-mail
hidden-name = nome
consent-title = Che cosa si conserva, perché, per quanto
consent-what = Che cosa: la lettera, gli allegati, il luogo, il nome e il telefono indicati.
consent-why = Perché: solo per trattare la lettera e contattarLa; ogni lettura di nome e telefono viene registrata.
consent-long = Per quanto: secondo le regole sulle lettere chiuse, poi i dati personali si cancellano; può chiederlo in ogni momento.
consent-yes = Ho letto e acconsento

## Ricevuta e ricerca
receipt = Ricevuta
receipt-fresh = La lettera è arrivata
receipt-number = Numero
receipt-code = Codice
receipt-about = Insieme mostrano l'andamento da ogni dispositivo. Li annoti, e non dica il codice a nessuno.
receipt-copy = Copia numero e codice
receipt-lost = Perso il numero o il codice?
receipt-lost-about = Se con la lettera ha lasciato un numero di telefono, un codice via SMS la ritrova. Altrimenti chiami il 12345: l’operatore può cercarla per nome e contenuto.
recover-phone = Telefono lasciato con la lettera
recover-no-phone = Inserisca il numero di telefono
recover-sent = Se una lettera ha questo numero, il codice è in arrivo. Vale dieci minuti.
recover-code = Codice dell’SMS
recover-no-code = Inserisca il codice dell’SMS
recover-ask = Invia un codice
recover-go = Ritrova le mie lettere
recover-other = Un altro numero
recover-wrong = Il codice è errato o scaduto. Lo controlli, o ne chieda uno nuovo.
recover-found = Lettere ritrovate: { $count }. Sono in «Le mie lettere».
look-up = Trova una lettera scritta altrove
look-up-about = Inserisca numero e codice della ricevuta. La lettera resterà in «Le mie lettere».
look-up-go = Trova
look-up-busy = Ricerca in corso
look-up-no-number = Inserisca il numero
look-up-no-code = Inserisca il codice

## Che cosa si può fare
deed-taken = Annotato, in partenza
supplement = Integra
supplement-about = L'integrazione va all'ufficio; le scadenze non cambiano.
supplement-text = Che cosa aggiungere
supplement-files-hint = Ancora { $most }: una lettera e le sue integrazioni ne hanno al massimo { $all } in tutto. Il luogo dello scatto viene tolto dalle foto.
supplement-missing = Scriva qualcosa, o aggiunga una foto o un file
supplement-later = Più tardi
pending-text = Che cosa si era scritto
pending-copy = Copia il testo
pending-files = { $count ->
    [one] { $count } allegato
   *[other] { $count } allegati
}
appeal = Chiedi il riesame
appeal-about = Se la lettera non è accolta può chiedere il riesame una volta; decide un'altra persona.
appeal-reason = Motivo del riesame
appeal-until = Riesame possibile fino a { $day }.
withdraw = Ritira la lettera
withdraw-about = Nessuno se ne occuperà più e il testo pubblico sparisce. Non si può annullare.
withdraw-joined = Capita anche ad altri: Lei si toglie e la lettera prosegue. Non si può annullare.
make-private = Rendi privata
make-private-about = Il testo pubblico sparisce; la leggono solo Lei e chi se ne occupa.
make-public = Rendi pubblica
make-public-about = Dopo l'esame tutti possono leggere lettera e risposta; nome e telefono restano privati.
ask-erase = Cancella i dati personali
ask-erase-about = Nome, telefono e dati personali nella lettera vengono cancellati dal server. Il testo pubblico che non La identifica resta.
forget-letter = Togli dal dispositivo
forget-letter-about = Si toglie solo da qui; la lettera prosegue. Per ritrovarla servono numero e codice.
rate-title = Come valuta la risposta?
rate-pick = Scelga un giudizio
rate-reason = Motivo
rate-reason-missing = Scriva perché la risposta non La soddisfa
rate-reopen = Il motivo va alla Linea del Sindaco, che può riaprire la lettera
rate-until = Valutazione possibile fino a { $day }.
rate-public = Le valutazioni sono pubbliche.
rate-send = Invia valutazione

## Uffici
figures-none = Ancora nessuna lettera da contare
figures-about = Dalle lettere pubbliche il cui testo intero è su questo dispositivo, contate come nei rapporti della città: ogni termine vale per l'ufficio che aveva la lettera in quel momento. Aperte e scadute contano come in ritardo. I rapporti comprendono anche lettere non pubbliche, ritirate o riunite.
figures-order = Ordine
figures-routed = Assegnate
figures-of = Risposte { $answered } su { $routed }
figures-respond = Riscontri nei termini
figures-resolve = Risposte nei termini
figures-satisfied = Soddisfatti
figures-days = Giorni (mediana)
figures-red = Semafori rossi
figures-lights = Rossi { $red }, solleciti { $supervised }
figures-percent = { $percent }%
figures-unknown = n.d.
filter-state = Stato

## Le mie
me-unseen = { $count } con novità
me-waiting = { $count } da inviare
my-data = I miei dati
my-data-about = Bozze, ricevute e lettere stanno solo su questo dispositivo, cifrate. Anche argomenti, preferiti e ricerche stanno solo qui: il server non li conosce.
my-data-keyfile = La chiave è nella cartella dell'app su questo dispositivo, che solo il Suo account può leggere. Chi può usare il Suo account può aprire anche queste lettere: protegga il dispositivo con un blocco schermo.
my-data-export = Esporta i miei dati
my-data-export-about = Un file con lettere, ricevute e codici, e con argomenti, preferiti e ricerche: lo conservi bene.
my-data-erase = Cancella tutti i miei dati
my-data-erase-about = Cancella da questo dispositivo bozze, lettere da inviare, ricevute, argomenti, preferiti, voci lette e ricerche, immagini e testi aperti, e impostazioni come avvisi, lingua e dimensione del testo. Le lettere sul server proseguono.
my-data-erase-sure = Bozze, lettere non inviate, ricevute, argomenti, preferiti e ricerche vengono cancellati per sempre. Senza numero e codice annotati, una lettera non si ritrova più.
my-data-erased = Cancellato
