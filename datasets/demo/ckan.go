package demo

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// ckanRowsMax is the most datasets in one answer, whatever is asked for, as
// ckan.search.rows_max sets it. Small, so that the demo's harvest has pages.
const ckanRowsMax = 4

// ckanName is the catalogue that speaks CKAN, under this path.
const ckanName = "opendata-prato"

// ckan answers the read part of CKAN's action API, version 3, for one
// organisation: docs.ckan.org/en/2.10/api.
type ckan struct{ start time.Time }

// A ckanPackage is what package_show says of a dataset.
type ckanPackage struct {
	ID               string         `json:"id"`
	Name             string         `json:"name"`
	Title            string         `json:"title"`
	Notes            string         `json:"notes"`
	URL              string         `json:"url"`
	State            string         `json:"state"`
	Type             string         `json:"type"`
	Private          bool           `json:"private"`
	IsOpen           bool           `json:"isopen"`
	LicenseID        string         `json:"license_id"`
	LicenseTitle     string         `json:"license_title"`
	LicenseURL       string         `json:"license_url"`
	MetadataCreated  string         `json:"metadata_created"`
	MetadataModified string         `json:"metadata_modified"`
	OwnerOrg         string         `json:"owner_org"`
	Organization     ckanOrg        `json:"organization"`
	Tags             []ckanTag      `json:"tags"`
	Extras           []ckanExtra    `json:"extras"`
	NumResources     int            `json:"num_resources"`
	NumTags          int            `json:"num_tags"`
	Resources        []ckanResource `json:"resources"`
	Groups           []any          `json:"groups"`
}

type ckanOrg struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Title        string `json:"title"`
	Type         string `json:"type"`
	Description  string `json:"description"`
	State        string `json:"state"`
	Organization bool   `json:"is_organization"`
	Packages     int    `json:"package_count,omitempty"`
}

type ckanTag struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Display string `json:"display_name"`
	State   string `json:"state"`
}

type ckanExtra struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

type ckanResource struct {
	ID           string `json:"id"`
	PackageID    string `json:"package_id"`
	Name         string `json:"name"`
	Description  string `json:"description"`
	Format       string `json:"format"`
	Mimetype     string `json:"mimetype"`
	URL          string `json:"url"`
	URLType      string `json:"url_type"`
	State        string `json:"state"`
	Position     int    `json:"position"`
	Size         int    `json:"size"`
	Created      string `json:"created"`
	LastModified string `json:"last_modified"`
}

// ckanID is the stable identifier of a thing of the catalogue.
func ckanID(name string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://demo.po-net.prato.it/"+ckanName+"/"+name)).String()
}

func ckanTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000") }

// packages are the datasets; base is the address of the catalogue.
func (c ckan) packages(base string) []ckanPackage {
	org := c.organization(0)
	var all []ckanPackage
	for _, d := range datasetsOf(ckanName) {
		name, changed := d.entry["nome"], d.modified(c.start)
		p := ckanPackage{
			ID: ckanID(name), Name: name, Title: d.entry["titolo"], Notes: d.entry["descrizione"], URL: base + "/dataset/" + name, State: "active", Type: "dataset",
			IsOpen: true, LicenseID: "cc-by", LicenseTitle: "Creative Commons Attribution 4.0", LicenseURL: "https://creativecommons.org/licenses/by/4.0/",
			MetadataCreated: ckanTime(changed.AddDate(-1, 0, 0)), MetadataModified: ckanTime(changed), OwnerOrg: org.ID, Organization: org, Groups: []any{},
			Extras: []ckanExtra{
				{"identifier", "c_g999:" + name}, {"frequency", d.entry["frequenza"]}, {"themes_aggregate", `[{"theme": "` + d.entry["tema"] + `", "subthemes": []}]`},
				{"modified", changed.Format(time.DateOnly)}, {"holder_name", "Comune di Prato"}, {"holder_identifier", "c_g999"},
				{"publisher_name", "Comune di Prato"}, {"publisher_identifier", "c_g999"}, {"language", "{ITA}"},
			},
		}
		for tag := range strings.SplitSeq(d.entry["parole"], ", ") {
			p.Tags = append(p.Tags, ckanTag{ckanID("tag/" + tag), tag, tag, "active"})
		}
		for i, format := range d.formats() {
			file := name + "." + format
			id := ckanID(file)
			p.Resources = append(p.Resources, ckanResource{
				ID: id, PackageID: p.ID, Name: d.entry["titolo"] + " (" + strings.ToUpper(format) + ")", Description: "", Format: strings.ToUpper(format),
				Mimetype: mediaTypes["."+format], URL: base + "/dataset/" + p.ID + "/resource/" + id + "/download/" + file, URLType: "upload",
				State: "active", Position: i, Size: len(d.file(format)), Created: p.MetadataCreated, LastModified: p.MetadataModified,
			})
		}
		p.NumResources, p.NumTags = len(p.Resources), len(p.Tags)
		all = append(all, p)
	}
	return all
}

func (c ckan) organization(packages int) ckanOrg {
	return ckanOrg{
		ID: ckanID("c_g999"), Name: "comune-di-prato", Title: "Comune di Prato", Type: "organization", State: "active", Organization: true,
		Description: "Catalogo dimostrativo", Packages: packages,
	}
}

// register adds the catalogue's addresses to mux.
func (c ckan) register(mux *http.ServeMux) {
	action := "GET /" + ckanName + "/api/3/action/"
	mux.HandleFunc(action+"site_read", func(w http.ResponseWriter, r *http.Request) { ckanAnswer(w, r, true) })
	mux.HandleFunc(action+"package_list", c.list)
	mux.HandleFunc(action+"package_search", c.search)
	mux.HandleFunc(action+"package_show", c.show)
	mux.HandleFunc(action+"organization_list", c.organizations)
	mux.HandleFunc(action+"{any}", func(w http.ResponseWriter, _ *http.Request) {
		ckanError(w, http.StatusBadRequest, "Bad request", "Action name not known")
	})
	mux.HandleFunc("GET /"+ckanName+"/dataset/{package}/resource/{id}/download/{file}", c.download)
}

func ckanBase(r *http.Request) string { return baseOf(r) + "/" + ckanName }

func ckanAnswer(w http.ResponseWriter, r *http.Request, result any) {
	writeJSON(w, http.StatusOK, map[string]any{"help": ckanBase(r) + "/api/3/action/help_show?name=" + r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:], "success": true, "result": result})
}

// ckanError is an error as CKAN words it.
func ckanError(w http.ResponseWriter, status int, kind, message string) {
	writeJSON(w, status, map[string]any{"success": false, "error": map[string]string{"__type": kind, "message": message}})
}

func (c ckan) list(w http.ResponseWriter, r *http.Request) {
	names := []string{}
	for _, p := range c.packages("") {
		names = append(names, p.Name)
	}
	ckanAnswer(w, r, names)
}

// search answers package_search: rows (at most ckanRowsMax), start, sort and q.
func (c ckan) search(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	rows, err := ckanNumber(q.Get("rows"), 10)
	start, err2 := ckanNumber(q.Get("start"), 0)
	if err != nil || err2 != nil {
		ckanError(w, http.StatusConflict, "Validation Error", "Numero intero non valido")
		return
	}
	found := []ckanPackage{}
	for _, p := range c.packages(ckanBase(r)) {
		if words := q.Get("q"); words == "" || words == "*:*" || strings.Contains(strings.ToLower(p.Title+" "+p.Notes), strings.ToLower(words)) {
			found = append(found, p)
		}
	}
	if err := ckanSort(found, q.Get("sort")); err != nil {
		ckanError(w, http.StatusConflict, "Validation Error", err.Error())
		return
	}
	count := len(found)
	found = found[min(start, count):]
	found = found[:min(rows, ckanRowsMax, len(found))]
	ckanAnswer(w, r, map[string]any{"count": count, "sort": q.Get("sort"), "results": found, "facets": map[string]any{}, "search_facets": map[string]any{}})
}

func (c ckan) show(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("id")
	for _, p := range c.packages(ckanBase(r)) {
		if id == p.ID || id == p.Name {
			ckanAnswer(w, r, p)
			return
		}
	}
	ckanError(w, http.StatusNotFound, "Not Found Error", "Non trovato")
}

func (c ckan) organizations(w http.ResponseWriter, r *http.Request) {
	o := c.organization(len(datasetsOf(ckanName)))
	if full, _ := strconv.ParseBool(r.URL.Query().Get("all_fields")); full {
		ckanAnswer(w, r, []ckanOrg{o})
		return
	}
	ckanAnswer(w, r, []string{o.Name})
}

// download serves the file of a resource.
func (c ckan) download(w http.ResponseWriter, r *http.Request) {
	name, format, _ := strings.Cut(r.PathValue("file"), ".")
	for _, d := range datasetsOf(ckanName) {
		if d.entry["nome"] == name && ckanID(name) == r.PathValue("package") && ckanID(r.PathValue("file")) == r.PathValue("id") {
			serve(r.PathValue("file"), d.file(format), d.modified(c.start)).ServeHTTP(w, r)
			return
		}
	}
	http.NotFound(w, r)
}
