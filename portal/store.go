package portal

import (
	"context"
	"iter"
	"time"

	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
)

// Store is what the portal needs of the catalogue.
type Store interface {
	Search(ctx context.Context, q catalog.Query) (catalog.Results, error)
	Agenda(ctx context.Context, q catalog.Query, limit int) (list []catalog.Happening, more bool, err error)
	NextHappening(ctx context.Context, q catalog.Query, t time.Time) (time.Time, bool, error)
	Datasets(ctx context.Context, q catalog.DatasetQuery) (catalog.DatasetResults, error)
	DatasetOf(ctx context.Context, collection string) (*catalog.Record, error)
	DatasetBySlug(ctx context.Context, slug string) (*catalog.Record, error)
	Statements(ctx context.Context, record string) ([]catalog.Statement, error)
	ChecksDue(ctx context.Context, body string, until time.Time, limit int) ([]catalog.CheckDue, int64, error)
	LastCheck(ctx context.Context, record string) (catalog.Check, error)
	DatasetsOf(ctx context.Context, r *catalog.Record) ([]*catalog.Record, error)
	Tables(ctx context.Context, dataset string) ([]catalog.Table, error)
	Rows(ctx context.Context, q catalog.Query, property string, down bool) ([]*catalog.Record, error)
	Suggest(ctx context.Context, text string, limit int) ([]catalog.Suggestion, error)
	Item(ctx context.Context, id string) (*catalog.Record, error)
	Nearby(ctx context.Context, p orb.Point, n int, not string) ([]catalog.Hit, error)
	Relations(ctx context.Context, id string, q catalog.RelationQuery) ([]catalog.RelationGroup, error)
	Revisions(ctx context.Context, id string, n int) (list []catalog.Revision, all int64, err error)
	Versions(ctx context.Context, id string, n int) ([]catalog.Revision, error)
	Version(ctx context.Context, id string, version int) (*catalog.Record, error)
	NearestOf(ctx context.Context, p orb.Point, metres float64, types ...string) (*catalog.Hit, error)
	Records(ctx context.Context, q catalog.Query) iter.Seq2[*catalog.Record, error]
	RecordsByID(ctx context.Context, ids []string) ([]*catalog.Record, error)
	Collection(ctx context.Context, name string) (catalog.Collection, error)
	Origin(ctx context.Context, source string) (src catalog.Source, lastRead time.Time, err error)
	Tile(ctx context.Context, q catalog.Query, z, x, y uint32) ([]byte, error)
	BasemapTile(ctx context.Context, z, x, y uint32) ([]byte, error)
	BasemapShapes(ctx context.Context, box orb.Bound, minPixelDegrees float64) ([]catalog.BasemapShape, error)
	BasemapSources(ctx context.Context) ([]catalog.BasemapSource, error)
	Datastreams(ctx context.Context, stations ...string) ([]catalog.Datastream, error)
	DatastreamsOf(ctx context.Context, q catalog.DatastreamQuery) ([]catalog.Datastream, error)
	Observations(ctx context.Context, q catalog.ObservationQuery) iter.Seq2[catalog.Reading, error]
	Statuses(ctx context.Context) ([]catalog.SourceStatus, error)
	Status(ctx context.Context, source string, runs int) (catalog.SourceStatus, []catalog.Run, error)
	RunsBefore(ctx context.Context, source string, before int64, limit int) ([]catalog.Run, error)
	RunPage(ctx context.Context, run int64) (catalog.RunPage, error)
	// RunRecognised are the descriptions of a run of a source that are one record with
	// those of others.
	RunRecognised(ctx context.Context, source string, run int64, limit int) ([]catalog.Recognised, error)
	RunDifferences(ctx context.Context, run, after int64, limit int) ([]catalog.Told, error)
	ParkedRecords(ctx context.Context, run int64, limit int) ([]catalog.Told, int64, error)
	Complaints(ctx context.Context, run int64, rule string, after int64, limit int) ([]catalog.Complaint, error)
	FirstComplaints(ctx context.Context, run int64, rules []string, each int) ([]catalog.Complaint, error)
	Received(ctx context.Context, source, record string) ([]catalog.Received, []catalog.Complaint, error)
	Findings(ctx context.Context, r *catalog.Record, links []catalog.Link) (catalog.Findings, error)
	LinkChecks(ctx context.Context, addresses []string) (map[string]catalog.LinkCheck, error)
	BodyQuality(ctx context.Context, body string) (catalog.BodyQuality, error)
	BodyStatuses(ctx context.Context) ([]catalog.BodyStatus, error)
	Mark(ctx context.Context, collection string) (int64, error)
	DatasetChanges(ctx context.Context, tables []catalog.Table, limit int) ([]catalog.DatasetChange, error)
	ReadingChanges(ctx context.Context, source string, limit int) ([]catalog.DatasetChange, error)
	DatasetVersions(ctx context.Context, id string, limit int) ([]catalog.DatasetVersion, error)
	CountDownload(t catalog.Taken)
	Downloads(ctx context.Context, taken ...catalog.Taken) ([]catalog.MonthlyDownloads, error)
	AddRating(ctx context.Context, r catalog.Rating) error
	CompleteRating(ctx context.Context, r catalog.Rating) error
	Clarity(ctx context.Context, from time.Time, page, body string) iter.Seq2[catalog.Clarity, error]
}
