package api

import (
	"context"
	"iter"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// Store is what the API needs of a catalogue. Only what is published comes out
// of it.
type Store interface {
	Collections(ctx context.Context) ([]catalog.Collection, error)
	Collection(ctx context.Context, name string) (catalog.Collection, error)
	Items(ctx context.Context, q catalog.Query) (catalog.Page, error)
	Item(ctx context.Context, id string) (*catalog.Record, error)
	Records(ctx context.Context, q catalog.Query) iter.Seq2[*catalog.Record, error]
	Relations(ctx context.Context, id string, q catalog.RelationQuery) ([]catalog.RelationGroup, error)
	DatasetsOf(ctx context.Context, r *catalog.Record) ([]*catalog.Record, error)
	ItemAsOf(ctx context.Context, id string, t time.Time) (*catalog.Record, error)
	PastMark(ctx context.Context, t time.Time) (int64, error)
	Search(ctx context.Context, q catalog.Query) (catalog.Results, error)
	Suggest(ctx context.Context, text string, limit int) ([]catalog.Suggestion, error)
	Tile(ctx context.Context, q catalog.Query, z, x, y uint32) ([]byte, error)
	Datastreams(ctx context.Context, stations ...string) ([]catalog.Datastream, error)
	Datastream(ctx context.Context, id string) (catalog.Datastream, error)
	DatastreamsOf(ctx context.Context, q catalog.DatastreamQuery) ([]catalog.Datastream, error)
	Observations(ctx context.Context, q catalog.ObservationQuery) iter.Seq2[catalog.Reading, error]
	Mark(ctx context.Context, collection string) (int64, error)
	Changes(ctx context.Context, after catalog.Position, limit int) ([]catalog.Change, error)
	LogEnd(ctx context.Context) (catalog.Position, error)
	RecordsByID(ctx context.Context, ids []string) ([]*catalog.Record, error)
	Statuses(ctx context.Context) ([]catalog.SourceStatus, error)
	Status(ctx context.Context, source string, runs int) (catalog.SourceStatus, []catalog.Run, error)
	RunsBefore(ctx context.Context, source string, before int64, limit int) ([]catalog.Run, error)
	RunPage(ctx context.Context, run int64) (catalog.RunPage, error)
	// RunRecognised are the descriptions of a run that are one record with those of others.
	RunRecognised(ctx context.Context, source string, run int64, limit int) ([]catalog.Recognised, error)
	Complaints(ctx context.Context, run int64, rule string, after int64, limit int) ([]catalog.Complaint, error)
	Findings(ctx context.Context, r *catalog.Record, links []catalog.Link) (catalog.Findings, error)
	LinkChecks(ctx context.Context, addresses []string) (map[string]catalog.LinkCheck, error)
	BodyStatuses(ctx context.Context) ([]catalog.BodyStatus, error)
	ChecksDue(ctx context.Context, body string, until time.Time, limit int) ([]catalog.CheckDue, int64, error)
	BodyQuality(ctx context.Context, body string) (catalog.BodyQuality, error)
	CountDownload(t catalog.Taken)
}
