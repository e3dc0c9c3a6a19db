package jsonld

import (
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// The types of schema.org 30 that become records of ours, by the word for their
// type that our vocabularies recognise; "" where the title says more. Source: the
// type hierarchy of schema.org (https://schema.org/docs/full.html).
var (
	eventTypes = wordTable(`
		Event= ChildrensEvent= EventSeries= UserEvent= ConferenceEvent=convegno PerformingArtsEvent=
		BusinessEvent=riunione-affari ComedyEvent=spettacolo-teatrale CourseInstance=corso DanceEvent=spettacolo-di-danza EducationEvent=formazione
		ExhibitionEvent=mostra Festival=festival FoodEvent=sagra Hackathon=hackathon LiteraryEvent=lettura MusicEvent=manifestazione-musicale
		SaleEvent=vendita-di-fine-stagione ScreeningEvent=proiezione-cinematografica SocialEvent=evento-sociale SportsEvent=evento-sportivo TheaterEvent=spettacolo-teatrale
		VisualArtsEvent=mostra`)

	placeTypes = wordTable(`
		Place= LocalBusiness= CivicStructure= TouristAttraction= TouristDestination= LandmarksOrHistoricalBuildings=monumento EntertainmentBusiness= ProfessionalService=
		Accommodation=alloggio Residence= ApartmentComplex= GatedResidenceCommunity= FoodEstablishment=ristorante MedicalOrganization=ambulatorio EmergencyService=
		Museum=museo Library=biblioteca ArchiveOrganization=archivio PerformingArtsTheater=teatro MovieTheater=cinema MusicVenue=teatro EventVenue=centro-civico
		ComedyClub=teatro ArtGallery=museo Church=chiesa CatholicChurch=chiesa BuddhistTemple=luogo-di-culto HinduTemple=luogo-di-culto Mosque=luogo-di-culto
		Synagogue=luogo-di-culto PlaceOfWorship=luogo-di-culto Aquarium=museo Zoo=parco Park=parco RVPark=alloggio Campground=alloggio Playground=parco-giochi Beach=luogo-naturale
		Cemetery=cimitero Crematorium=cimitero Bridge= BusStation=stazione BusStop=fermata TrainStation=stazione SubwayStation=stazione TaxiStand= Airport= BoatTerminal=
		ParkingFacility=parcheggio PublicToilet=bagno-pubblico RecyclingCenter=isola-ecologica CityHall=ufficio-comunale Courthouse=ufficio-pubblico DefenceEstablishment=
		Embassy=ufficio-pubblico LegislativeBuilding=ufficio-pubblico GovernmentBuilding=ufficio-pubblico GovernmentOffice=ufficio-pubblico PostOffice=ufficio-postale
		PoliceStation=forze-dell-ordine FireStation=vigili-del-fuoco Hospital=ospedale MedicalClinic=ambulatorio Physician=ambulatorio Dentist=ambulatorio Optician=negozio
		Pharmacy=farmacia VeterinaryCare=ambulatorio School=scuola ElementarySchool=scuola-primaria MiddleSchool=scuola-secondaria-primo-grado HighSchool=scuola-secondaria-secondo-grado
		Preschool=scuola-infanzia CollegeOrUniversity=universita EducationalOrganization=centro-formazione ChildCare=asilo-nido StadiumOrArena=impianto-sportivo
		SportsActivityLocation=impianto-sportivo BowlingAlley=impianto-sportivo ExerciseGym=impianto-sportivo GolfCourse=impianto-sportivo HealthClub=impianto-sportivo
		PublicSwimmingPool=impianto-sportivo SkiResort=impianto-sportivo SportsClub=impianto-sportivo TennisComplex=impianto-sportivo TouristInformationCenter=ufficio-turistico
		TravelAgency= Hotel=albergo Motel=albergo Resort=albergo Hostel=alloggio BedAndBreakfast=alloggio VacationRental=alloggio LodgingBusiness=alloggio Restaurant=ristorante
		FastFoodRestaurant=ristorante BarOrPub=bar CafeOrCoffeeShop=bar IceCreamShop=bar Bakery=negozio Brewery= Distillery= Winery= GasStation=distributore BankOrCreditUnion=banca
		AutomatedTeller=banca Store=negozio BookStore=negozio ClothingStore=negozio Florist=negozio GroceryStore=negozio ShoppingCenter=centro-commerciale
		AnimalShelter= DryCleaningOrLaundry= EmploymentAgency=sportello FinancialService= InsuranceAgency= HealthAndBeautyBusiness= HomeAndConstructionBusiness= AutomotiveBusiness=
		LegalService= RadioStation= TelevisionStation= RealEstateAgent= SelfStorage= ShootingRange= NightClub= AmusementPark= ArtGallery=museo Casino=
		BodyOfWater=luogo-naturale LakeBodyOfWater=luogo-naturale RiverBodyOfWater=luogo-naturale Waterfall=luogo-naturale Mountain=luogo-naturale Landform=luogo-naturale Volcano=luogo-naturale`)

	courseTypes  = wordTable(`Course= EducationalOccupationalProgram=`)
	serviceTypes = wordTable(`GovernmentService= PublicService= Service=`)
)

func wordTable(text string) map[string]string {
	m := map[string]string{}
	for entry := range strings.FieldsSeq(text) {
		name, word, _ := strings.Cut(entry, "=")
		m[name] = word
	}
	return m
}

// kindOf is the kind of record that a thing of some types becomes, "" for none,
// and the word for its type. The first type that says one counts.
func kindOf(types []string) (kind catalog.Kind, word string) {
	for _, t := range types {
		for _, k := range []struct {
			kind  catalog.Kind
			words map[string]string
		}{{catalog.KindEvent, eventTypes}, {catalog.KindPlace, placeTypes}, {catalog.KindCourse, courseTypes}, {catalog.KindService, serviceTypes}} {
			w, ok := k.words[t]
			if !ok || kind != "" && kind != k.kind {
				continue
			}
			kind = k.kind
			if word == "" {
				word = w
			}
		}
	}
	return kind, word
}

// holders are types that are no record themselves but hold some: pages, lists,
// and the body that a site belongs to.
var holders = wordTable(`WebPage= AboutPage= CollectionPage= ItemPage= ContactPage= ProfilePage= SearchResultsPage= FAQPage= WebSite= ItemList= OfferCatalog= ListItem= DataFeed= DataFeedItem=
	Organization= GovernmentOrganization= NGO= Corporation= Project= PerformingGroup= SportsOrganization= Consortium=`)

// within are the properties in which a record, or what holds records, names others.
var within = []string{"mainEntity", "itemListElement", "item", "dataFeedElement", "hasPart", "event", "events", "subEvent", "subEvents", "containsPlace", "includesAttraction", "department"}

// namesOurs reports whether a text names a type that becomes a record.
func namesOurs(text string) bool {
	for _, words := range []map[string]string{eventTypes, placeTypes, courseTypes, serviceTypes} {
		for name := range words {
			if strings.Contains(text, `"`+name+`"`) || strings.Contains(text, `/`+name+`"`) {
				return true
			}
		}
	}
	return false
}
