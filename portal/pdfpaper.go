package portal

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"po-net.prato.it/ponet/portal/pdf"
)

// paper is what every PDF of the portal is made with: its fonts, its icons, and
// the colours and lines of the style sheet, so that a map on paper is the map on
// the screen.
type paper struct {
	regular, bold *pdf.Font
	icons         map[string][]stroke
	colours       map[string]pdf.Colour // by token: "blu"
	lines         map[string]pdf.Paint  // of the still map, by class; colours of themes are missing
}

// A stroke is a part of an icon.
type stroke struct {
	path  string
	width float64 // of its line; 0: it is filled
}

// readPaper reads the built assets and the icons of the pages.
func readPaper(a *assets) (*paper, error) {
	p := &paper{icons: map[string][]stroke{}, colours: map[string]pdf.Colour{}, lines: map[string]pdf.Paint{}}
	for file, font := range map[string]**pdf.Font{"regular": &p.regular, "600": &p.bold} {
		b, err := assetFiles.ReadFile("assets/" + a.names["titillium-web-ttf/titillium-web-v10-latin-ext_latin-"+file+".ttf"])
		if err != nil {
			return nil, err
		}
		if *font, err = pdf.ParseFont("TitilliumWeb-"+strings.Replace(file, "600", "SemiBold", 1), b); err != nil {
			return nil, err
		}
	}
	css, err := assetFiles.ReadFile("assets/" + a.names["portal.css"])
	if err != nil {
		return nil, err
	}
	p.readStyles(string(css))
	icons, err := templateFiles.ReadFile("templates/base/icone.html")
	if err != nil {
		return nil, err
	}
	for _, symbol := range iconSymbol.FindAllStringSubmatch(string(icons), -1) {
		for _, part := range iconPath.FindAllStringSubmatch(symbol[2], -1) {
			width, _ := strconv.ParseFloat(part[2], 64)
			p.icons[symbol[1]] = append(p.icons[symbol[1]], stroke{part[1], width})
		}
	}
	if len(p.icons) == 0 || len(p.lines) == 0 || len(p.colours) == 0 {
		return nil, fmt.Errorf("portal.css or the icons are not as expected: %d icons, %d lines, %d colours", len(p.icons), len(p.lines), len(p.colours))
	}
	return p, nil
}

var (
	iconSymbol = regexp.MustCompile(`<symbol id="i-([a-z]+)"[^>]*>(.*?)</symbol>`)
	iconPath   = regexp.MustCompile(`<path d="([^"]+)"(?:[^>]* stroke-width="([\d.]+)")?`)

	cssToken = regexp.MustCompile(`--([a-z-]+): ?(#[0-9a-f]{3,6})\b`)
	cssLine  = regexp.MustCompile(`\.po-ferma \.([a-z-]+)\{([^}]*)\}`)
)

// readStyles reads the tokens of the light look, which come first, and the rules
// of the still map.
func (p *paper) readStyles(css string) {
	for _, m := range cssToken.FindAllStringSubmatch(css, -1) {
		if _, dark := p.colours[m[1]]; dark {
			continue
		}
		if c, err := pdf.Hex(m[2]); err == nil {
			p.colours[m[1]] = c
		}
	}
	for _, m := range cssLine.FindAllStringSubmatch(css, -1) {
		var paint pdf.Paint
		for rule := range strings.SplitSeq(m[2], ";") {
			name, value, _ := strings.Cut(rule, ":")
			switch name {
			case "fill":
				paint.Fill = p.colour(value)
			case "stroke":
				paint.Stroke = p.colour(value)
			case "stroke-width":
				paint.Width, _ = strconv.ParseFloat(value, 64)
			case "stroke-linecap":
				paint.Round = value == "round"
			case "stroke-dasharray":
				for v := range strings.FieldsSeq(value) {
					length, _ := strconv.ParseFloat(v, 64)
					paint.Dash = append(paint.Dash, length)
				}
			}
		}
		p.lines[m[1]] = paint
	}
}

// colour is "var(--terra)" or "#3f9a63"; nil for anything else.
func (p *paper) colour(value string) *pdf.Colour {
	if token, ok := strings.CutPrefix(value, "var(--"); ok {
		if c, known := p.colours[strings.TrimSuffix(token, ")")]; known {
			return &c
		}
	}
	if c, err := pdf.Hex(value); err == nil && strings.HasPrefix(value, "#") {
		return &c
	}
	return nil
}

// icon draws an icon of size units of 24, in a colour, at its upper left corner.
func (p *paper) icon(page *pdf.Page, name string, x, y, scale float64, c pdf.Colour) {
	for _, part := range p.icons[name] {
		paint := pdf.Paint{Fill: &c}
		if part.width > 0 {
			paint = pdf.Paint{Stroke: &c, Width: part.width}
		}
		page.Path(part.path, x, y, scale, paint)
	}
}
