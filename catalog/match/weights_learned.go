package match

// Written by TestLearn: natural logarithms of the odds. Behind each, how many of the pairs
// learned from agree so: the same and different ones.

const bias = -0.89

var weights = [nFeatures][maxLevels]float64{
	{ // name
		1:  3.72,  // name-equal: 394, 3
		2:  2.60,  // name-common: 53, 1
		3:  0.81,  // name-contained: 35, 6
		4:  0.75,  // name-strong: 0, 1
		5:  -1.36, // name-partial: 3, 13
		6:  -3.29, // name-weak: 9, 18
		7:  -4.35, // name-none: 13, 146
		8:  1.70,  // name-generic: 147, 5
		9:  -2.00, // name-half-generic: 0, 0
		10: 0.25,  // name-within: 5, 3
	},
	{ // area
		1:  4.95,  // area-equal: 86, 6
		2:  5.01,  // area-common: 4, 0
		3:  -1.50, // area-contained: 5, 3
		4:  -1.00, // area-strong: 0, 0
		5:  -5.01, // area-partial: 0, 11
		6:  -6.01, // area-weak: 0, 20
		7:  -7.00, // area-none: 0, 38
		8:  3.00,  // area-generic: 0, 0
		9:  -5.00, // area-half-generic: 0, 2
		10: -3.00, // area-within: 0, 0
	},
	{ // number
		1: 0.74,  // number-equal: 23, 2
		2: -0.50, // number-near: 0, 0
		3: -5.00, // number-unlike: 0, 0
		4: -1.06, // number-one-sided: 0, 3
	},
	{ // branch
		3: -3.99, // branch-unlike: 2, 17
	},
	{ // type
		1: 0.25,  // type-equal: 621, 172
		2: -0.40, // type-near: 0, 0
		3: -4.00, // type-unlike: 0, 0
	},
	{ // grade
		1: 0.30,  // grade-equal: 123, 2
		3: -6.00, // grade-unlike: 0, 0
	},
	{ // distance
		1: 1.00,  // distance-20: 135, 79
		2: 1.05,  // distance-75: 144, 48
		3: 0.40,  // distance-200: 55, 10
		4: -0.44, // distance-600: 9, 18
		5: -1.00, // distance-2000: 3, 2
		6: -3.97, // distance-10000: 0, 2
		7: -5.00, // distance-more: 0, 0
	},
	{ // address
		1: 1.10,  // address-door: 325, 78
		2: 0.50,  // address-letter: 1, 1
		3: 0.40,  // address-street: 102, 15
		4: -1.91, // address-number: 0, 15
		5: -0.90, // address-else: 26, 22
	},
	{ // town
		1: 1.70,  // town-equal: 198, 7
		2: 0.10,  // town-near: 552, 161
		3: -5.32, // town-unlike: 0, 76
	},
	{ // phone
		1: 2.26,  // phone-equal: 201, 16
		2: 0.20,  // phone-near: 2, 11
		3: -0.44, // phone-unlike: 58, 79
	},
	{ // site
		1: 1.10,  // site-equal: 144, 12
		2: 0.50,  // site-near: 3, 6
		3: -0.25, // site-unlike: 9, 47
	},
	{ // mail
		1: 1.25,  // mail-equal: 202, 16
		2: 0.25,  // mail-near: 0, 20
		3: -0.15, // mail-unlike: 9, 23
	},
	{ // date
		1: 1.50,  // date-same: 0, 0
		2: -1.00, // date-hour: 0, 0
		3: -4.00, // date-other: 0, 0
	},
	{ // organizer
		1: 1.50,  // organizer-equal: 0, 0
		2: 0.50,  // organizer-near: 0, 0
		3: -1.50, // organizer-unlike: 0, 0
	},
	{ // identifier
		3: -3.00, // identifier-unlike: 0, 0
	},
}
