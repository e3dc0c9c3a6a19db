package catalog

import (
	"time"
	"unicode/utf8"
)

// A Rating is what one person says of the clarity of a page: stars from 1 to 5,
// then, if they like, one of five answers and a few words. It tells nothing of
// who they are.
type Rating struct {
	ID      string // UUID, made by chance for each rating
	Page    string // path, without a query
	BodyID  string // who answers for what the page shows; "": the portal
	Stars   int
	Answer  int    // 1 to 5 in the order of the national model; 0: none
	Details string // at most MaxRatingDetails characters; never published
}

// MaxRatingDetails is how many characters a person may add, as in the national
// model for the sites of municipalities.
const MaxRatingDetails = 200

// PositiveStars is from how many stars on a rating is asked what was liked;
// below, what was hard.
const PositiveStars = 4

// Valid reports whether r can be stored.
func (r Rating) Valid() bool {
	return r.ID != "" && r.Page != "" && r.Stars >= 1 && r.Stars <= 5 && r.Answer >= 0 && r.Answer <= 5 &&
		utf8.ValidString(r.Details) && utf8.RuneCountInString(r.Details) <= MaxRatingDetails
}

// Clarity is the ratings of a page in a month, counted.
type Clarity struct {
	Month   time.Time // its first day
	Page    string
	BodyID  string
	Ratings int64
	Average float64  // stars, two decimals
	Stars   [5]int64 // ratings with 1 … 5 stars
	Hard    [5]int64 // of those with 1 to 3 stars, by answer
	Liked   [5]int64 // of those with 4 or 5 stars, by answer
}
