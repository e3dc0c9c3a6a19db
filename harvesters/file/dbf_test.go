package file

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"po-net.prato.it/ponet/catalog"
)

// In which encoding the texts of a .dbf are (spec §3.16): the .cpg, if it is true,
// then the bytes themselves, then the language byte.
func TestDBFEncodings(t *testing.T) {
	dbf := func(language byte, column string, width byte, texts ...string) string {
		b := append(append(make([]byte, 32), field(column, 'C', width, 0)...), '\r')
		binary.LittleEndian.PutUint32(b[4:], uint32(len(texts)))
		binary.LittleEndian.PutUint16(b[8:], uint16(len(b)))
		binary.LittleEndian.PutUint16(b[10:], uint16(width)+1)
		b[0], b[29] = 3, language
		for _, s := range texts {
			b = fmt.Appendf(b, " %-*s", int(width)+len([]rune(s))-len(s), s) // Appendf counts what it cannot read as one
		}
		return string(b)
	}
	tests := []struct {
		name, dbf, cpg   string
		encoding, column string
		want             []any
	}{
		{"language byte 0x57", dbf(0x57, "NOME", 8, "Forl\xec", "Prato"), "", "windows-1252", "NOME", []any{"Forlì", "Prato"}},
		{"language byte 0x02: DOS", dbf(2, "NOME", 8, "Forl\x8d", "Citt\x85"), "", "cp850", "NOME", []any{"Forlì", "Città"}},
		{"language byte 0x01: DOS of America", dbf(1, "CITT\x85", 8, "Forl\x8d", "x"), "", "cp437", "CITTà", []any{"Forlì", "x"}},
		{"a .cpg of DOS", dbf(0, "NOME", 8, "Forl\x8d", "x"), "OEM 850", "oem 850", "NOME", []any{"Forlì", "x"}},
		{"a .cpg with the number alone", dbf(0x57, "NOME", 8, "Forl\x8d", "x"), "850", "850", "NOME", []any{"Forlì", "x"}},
		{"neither", dbf(0, "NOME", 8, "Forl\xec", "x"), "", "windows-1252", "NOME", []any{"Forlì", "x"}},
		{"UTF-8 by its bytes", dbf(0x57, "CITTÀ", 8, "Forlì", "x"), "", "utf-8", "CITTÀ", []any{"Forlì", "x"}},
		{"a .cpg that is wrong", dbf(0x57, "NOME", 8, "Forl\xec", "x"), "UTF-8", "windows-1252", "NOME", []any{"Forlì", "x"}},
		{"Windows-1252 that fills its width", dbf(0, "NOME", 5, "Forl\xec", "Citt\xe0"), "", "windows-1252", "NOME", []any{"Forlì", "Città"}},
		{"UTF-8 cut by the width", dbf(0, "NOME", 5, "Forl\xc3", "è\xc3\xa0x"), "UTF-8", "utf-8", "NOME", []any{"Forl", "èàx"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var zipped bytes.Buffer
			z := zip.NewWriter(&zipped)
			for n, s := range map[string]string{"a.dbf": tt.dbf, "a.cpg": tt.cpg} {
				w, _ := z.Create(n)
				_, _ = w.Write([]byte(s))
			}
			_ = z.Close()
			l, rows := read(t, "a.zip", zipped.String(), catalog.Mapping{})
			if diff := cmp.Diff(tt.want, values(l, rows, tt.column)); diff != "" || l.Guess.Encoding != tt.encoding {
				t.Errorf("read as %s, want %s; values (-want +got):\n%s\n%v", l.Guess.Encoding, tt.encoding, diff, l.Found)
			}
		})
	}
}
