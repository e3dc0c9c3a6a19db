package file

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"encoding/xml"
	"io"
	"path"
	"strings"

	"github.com/xuri/excelize/v2"

	"po-net.prato.it/ponet/harvesters/fetch"
)

// maxMerged is how many merged blocks of a sheet are openBlock down.
const maxMerged = 100_000

// A merged block of cells has its value in the first; the cells below it in
// its first column say the same, as a person who reads the sheet sees it.
type merged struct {
	column      int // from 0
	first, last int // rows, from 1
}

// mergedIn lists the merged blocks of a sheet that are higher than a row, in the
// order of the file. The part of the sheet is looked through for that as it comes,
// since the library would keep all of it in memory.
func mergedIn(ctx context.Context, file, sheet string) ([]merged, error) {
	z, err := zip.OpenReader(file)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	part, err := sheetPart(&z.Reader, sheet)
	if err != nil || part == "" {
		return nil, err
	}
	f, err := z.Open(part)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return scanMerged(io.LimitReader(fetch.WithContext(ctx, f), maxSheetXML))
}

// scanMerged finds the merged blocks in the XML of a sheet.
func scanMerged(r io.Reader) ([]merged, error) {
	tags := bufio.NewScanner(r)
	tags.Buffer(make([]byte, 0, 64<<10), 1<<20)
	tags.Split(func(data []byte, end bool) (int, []byte, error) {
		if i := bytes.IndexByte(data, '>'); i >= 0 {
			return i + 1, data[:i], nil
		}
		if len(data) >= 1<<19 { // a long text, which is no tag of ours
			return len(data) - 1, nil, nil
		}
		return 0, nil, nil
	})
	var blocks []merged
	for tags.Scan() && len(blocks) < maxMerged {
		_, tag, ok := bytes.Cut(tags.Bytes(), []byte("mergeCell "))
		if !ok {
			continue
		}
		if m, ok := block(attribute(tag, "ref")); ok {
			blocks = append(blocks, m)
		}
	}
	return blocks, tags.Err()
}

// block reads "A2:B5".
func block(ref string) (merged, bool) {
	from, to, _ := strings.Cut(ref, ":")
	column, first, err := excelize.CellNameToCoordinates(from)
	if err != nil {
		return merged{}, false
	}
	_, last, err := excelize.CellNameToCoordinates(to)
	return merged{column - 1, first, last}, err == nil && last > first
}

// attribute is the value of an attribute of a tag without markup in it.
func attribute(tag []byte, name string) string {
	_, value, _ := bytes.Cut(tag, []byte(name+`="`))
	value, _, _ = bytes.Cut(value, []byte(`"`))
	return string(value)
}

// sheetPart is the name of the part that holds a sheet, "" if it is not found.
func sheetPart(z *zip.Reader, sheet string) (string, error) {
	var book struct {
		Sheets []struct {
			Name string     `xml:"name,attr"`
			Rest []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	var relations struct {
		All []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := decodePart(z, "xl/workbook.xml", &book); err != nil {
		return "", err
	}
	if err := decodePart(z, "xl/_rels/workbook.xml.rels", &relations); err != nil {
		return "", err
	}
	id := ""
	for _, s := range book.Sheets {
		for _, a := range s.Rest {
			if s.Name == sheet && a.Name.Local == "id" {
				id = a.Value
			}
		}
	}
	for _, r := range relations.All {
		if r.ID == id && id != "" {
			if strings.HasPrefix(r.Target, "/") {
				return strings.TrimPrefix(path.Clean(r.Target), "/"), nil
			}
			return path.Join("xl", r.Target), nil
		}
	}
	return "", nil
}

func decodePart(z *zip.Reader, name string, into any) error {
	f, err := z.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return xml.NewDecoder(io.LimitReader(f, maxStrings)).Decode(into)
}

// A filler puts the values of merged blocks into the rows below their first.
type filler struct {
	starts map[int][]merged  // by the first row
	open   map[int]openBlock // by column
}

type openBlock struct {
	value string
	last  int
}

func newFiller(blocks []merged) *filler {
	f := &filler{starts: map[int][]merged{}, open: map[int]openBlock{}}
	for _, m := range blocks {
		f.starts[m.first] = append(f.starts[m.first], m)
	}
	return f
}

// fill is the cells of a row with those of the blocks that it lies in.
func (f *filler) fill(line int, cells []string) []string {
	for column, block := range f.open {
		if line > block.last {
			delete(f.open, column)
			continue
		}
		for len(cells) <= column {
			cells = append(cells, "")
		}
		if cells[column] == "" {
			cells[column] = block.value
		}
	}
	for _, m := range f.starts[line] {
		if m.column < len(cells) && cells[m.column] != "" {
			f.open[m.column] = openBlock{cells[m.column], m.last}
		}
	}
	return cells
}
