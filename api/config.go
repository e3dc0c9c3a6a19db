package api

import (
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// config is the head of the OpenAPI document. Its own pages and links are
// off: documentation is ours, from our own origin.
func (s *server) config() huma.Config {
	config := huma.DefaultConfig(s.cfg.Title, s.cfg.Version)
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "", "", ""
	config.CreateHooks = nil
	config.Servers = []*huma.Server{{URL: s.cfg.BaseURL + Prefix}}
	config.Info.Description = "The catalogue as data: OGC API – Features and Tiles, search and downloads. " +
		"Coordinates are longitude, latitude in degrees (CRS84). Errors are problem documents (RFC 9457). " +
		"Unknown parameters are refused. No key is needed."
	config.Info.Contact = contact(s.cfg.Body, s.cfg.Contact)
	if s.cfg.Licence != "" {
		config.Info.License = &huma.License{Name: "Licence of the catalogue", URL: s.cfg.Licence}
	}
	config.Tags = []*huma.Tag{
		{Name: tagCatalogue, Description: "What there is."},
		{Name: tagRecords, Description: "Records, one by one, by filter and by search."},
		{Name: tagTiles, Description: "Records on a map."},
		{Name: tagObservations, Description: "What stations measure."},
		{Name: tagSources, Description: "Where records come from, and what each reading of a source found and refused."},
		{Name: tagDownload, Description: "Everything at once."},
	}
	return config
}

// contact is nil when nobody is named: an empty one would not be valid.
func contact(name, address string) *huma.Contact {
	if name == "" && address == "" {
		return nil
	}
	c := &huma.Contact{Name: name}
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		c.URL = address
	} else if strings.Contains(address, "@") {
		c.Email = address
	}
	return c
}
