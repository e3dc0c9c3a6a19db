package match

// judged are the weights before anything was counted, as natural logarithms of
// the odds: what the learner starts from and returns to where few pairs say
// otherwise.
var judged = [nFeatures][maxLevels]float64{
	fName:       {nameEqual: 4, nameCommon: 2.4, nameContained: 1.4, nameStrong: 1.5, namePartial: -0.8, nameWeak: -3, nameNone: -5, nameGeneric: 1, nameHalfGeneric: -2, nameWithin: 0.5},
	fArea:       {nameEqual: 6, nameCommon: 5, nameContained: -3, nameStrong: -1, namePartial: -5, nameWeak: -6, nameNone: -7, nameGeneric: 3, nameHalfGeneric: -5, nameWithin: -3},
	fNumber:     {alike: 0.5, close: -0.5, unlike: -5, oneSided: -1},
	fBranch:     {unlike: -2.5},
	fFamily:     {alike: 0.5, close: -0.4, unlike: -4},
	fGrade:      {alike: 0.6, close: 0, unlike: -6},
	fDistance:   {1: 2, 2: 1.5, 3: 0.8, 4: -0.3, 5: -1.5, 6: -3, 7: -5},
	fAddress:    {addressDoor: 2.2, addressExponent: 1, addressStreet: 0.8, addressOther: -1.2, addressElse: -1.8},
	fTown:       {alike: 1, close: 0.2, unlike: -4},
	fPhone:      {contactSame: 3, contactNear: 0.4, contactOther: -0.6},
	fSite:       {contactSame: 2.2, contactNear: 1, contactOther: -0.5},
	fMail:       {contactSame: 2.5, contactNear: 0.5, contactOther: -0.3},
	fDate:       {dateSame: 1.5, dateHour: -1, dateOther: -4},
	fOrganizer:  {alike: 1.5, close: 0.5, unlike: -1.5},
	fIdentifier: {unlike: -3},
}

const judgedBias = -1.0
