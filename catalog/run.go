package catalog

import "time"

// A Run is one harvest of one source, or one correction of what harvests have
// stored.
type Run struct {
	ID       int64      `json:"run"`
	SourceID string     `json:"source"`
	State    RunState   `json:"state"`
	Kind     RunKind    `json:"kind"`
	Undoes   int64      `json:"undoes,omitempty"` // of a revert: the run that it undid
	Started  time.Time  `json:"started"`
	Finished *time.Time `json:"finished,omitempty"`
	Pages    int        `json:"pages"` // committed so far
	Receipt  Receipt    `json:"receipt"`
}

// RunKind is what a run does.
type RunKind string

// The kinds of runs.
const (
	RunHarvest RunKind = "harvest"
	RunRevert  RunKind = "revert" // puts back what was before another run
	RunRemap   RunKind = "remap"  // reads what is stored anew, without the source
	RunPurge   RunKind = "purge"  // erases, and cannot be undone
)

// RunState is how far a run has come.
type RunState string

// The states of a run. Running ends in one of the others; a process that dies
// leaves Running, and the next one resumes the run. Parked waits for a person, who
// approves, which is another run, or rejects it.
const (
	RunRunning   RunState = "running"
	RunCompleted RunState = "completed"
	RunFailed    RunState = "failed"
	RunParked    RunState = "parked"
	RunRejected  RunState = "rejected"
)

// A Receipt says what a run did. Read = New + Changed + Unchanged + Refused.
type Receipt struct {
	Run       int64  `json:"run"`
	Source    string `json:"source"`
	Read      int64  `json:"read"`
	New       int64  `json:"new"`
	Changed   int64  `json:"changed"`
	Unchanged int64  `json:"unchanged"`
	Refused   int64  `json:"refused"`
	Gone      int64  `json:"gone"`
	// Recognised are those of the new and changed ones that are one record with what
	// other sources say.
	Recognised int64   `json:"recognised,omitempty"`
	Issues     int64   `json:"issues"`             // warnings on kept records
	Datasets   int64   `json:"datasets,omitempty"` // descriptions of datasets, our own of a file included
	Requests   int64   `json:"requests,omitempty"` // over HTTP
	Seconds    float64 `json:"seconds"`

	Outcome RunState `json:"outcome"`
	Error   string   `json:"error,omitempty"`
	// Again is why the listing failed that was walked a second time, with smaller
	// pages; the counts are those of the second walk.
	Again string `json:"again,omitempty"`
	// Partial: only what changed since the last run was listed.
	Partial bool  `json:"partial,omitempty"`
	Bytes   int64 `json:"bytes,omitempty"` // received
	// Layers says what was read from each layer of a file that has several.
	Layers []LayerReceipt `json:"layers,omitempty"`
	// Samples are the first issues of each rule; all are in the database.
	Samples []Issue `json:"samples,omitempty"`
	// Rules counts the issues by rule.
	Rules map[string]int64 `json:"rules,omitempty"`
}

// A LayerReceipt is the part of a receipt that concerns one layer.
type LayerReceipt struct {
	Name       string `json:"name"`
	Collection string `json:"collection"`
	Read       int64  `json:"read"`
	Refused    int64  `json:"refused"`
	Placed     int64  `json:"placed"` // with a geometry
}

// A Body is a public body or association that answers for records.
type Body struct {
	ID      string `json:"id"` // IPA code in lower case where there is one
	Name    string `json:"name"`
	Kind    string `json:"kind,omitempty"`
	Website string `json:"website,omitempty"`
	Phone   string `json:"phone,omitempty"`
	Email   string `json:"email,omitempty"`
}
