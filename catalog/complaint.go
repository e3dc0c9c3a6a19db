package catalog

// A Complaint is an Issue of a run as everybody may read it: without what stood in
// a field that may concern a person, or that the source's definition drops.
type Complaint struct {
	N int64 `json:"n"` // its place in the run; rises
	Issue
	Withheld bool   `json:"withheld,omitempty"` // something was read that is not shown
	Times    int64  `json:"-"`                  // how often a word that no vocabulary has was read; 0: once, or not counted
	Record   string `json:"record,omitempty"`   // id of the published record that it is about; "": none, or not known
}

// A Told is a difference that a run made, as everybody may read it: both what the
// record was and what it is have been public.
type Told struct {
	Seq int64  // of the change, rises
	Op  string // create, update, withdraw
	Difference
	Kind Kind
	Slug string // "": the record is no longer published
}

// Received is where a published record comes from: a description that its source
// gave.
type Received struct {
	Layer, Key        string
	FirstRun, LastRun int64 // that brought it, and that last changed it
	Missed            int   // complete listings in a row that lacked it
}

// Recognised is a description that is one record with what other sources say.
type Recognised struct {
	Record     string   `json:"record"` // the one that is published
	Own        string   `json:"own"`    // the one that it would be by itself
	Key        string   `json:"key"`
	Kind       Kind     `json:"kind"`
	Collection string   `json:"collection"`
	Slug       string   `json:"-"`
	Title      string   `json:"title"`
	Others     []string `json:"others"` // sources
}

// A RunPage is a run as everybody may read it, with what other runs are to it.
type RunPage struct {
	Run
	UndoneBy int64 // the revert that undid it, 0: none
	Newer    int64 // the next run of the source, 0: none
	Older    int64
}
