package demo

// An office as the province's list of offices writes it (spec §1.7).
type office struct {
	Code, Title, Body, Functions, Hours, Note string
	spot
	Website string
}

// officeHours are plausible, not the real ones: the file says so in its column
// "nota". In the notation of OpenStreetMap.
var officeHours = map[string]string{
	"Relazioni con il pubblico":           "Mo-Fr 09:00-13:00; Mo,Th 15:00-17:30",
	"Servizi demografici":                 "Mo-Sa 08:30-12:30; Th 15:00-17:30",
	"Tributi":                             "Tu,Fr 09:00-12:30; Th 15:00-17:00",
	"Sportello unico attività produttive": "We 09:00-13:00; Th 15:00-17:00",
}

// officeFunctions are what each of the offices is for, in the order of the file.
var officeFunctions = []struct{ name, functions string }{
	{"Relazioni con il pubblico", "Informazioni, segnalazioni, accesso agli atti e alle informazioni del Comune."},
	{"Servizi demografici", "Anagrafe, stato civile, carte d'identità, elettorale."},
	{"Tributi", "Imposte e tasse del Comune: IMU, TARI, canone per l'occupazione di suolo."},
	{"Sportello unico attività produttive", "Pratiche per aprire, cambiare o chiudere un'impresa."},
}

// officeNote is said of every hour that we made up.
const officeNote = "Orario dimostrativo: confermare con l'ente."

func offices() []office {
	places := spots()
	var all []office
	for _, m := range municipalities() {
		for i, f := range officeFunctions {
			all = append(all, office{
				Code: m.body + ":" + string(rune('A'+i)), Title: f.name + " del Comune di " + m.name, Body: m.body,
				Functions: f.functions, Hours: officeHours[f.name], Note: officeNote, spot: places[m.seat], Website: m.site,
			})
		}
	}
	return all
}
