package postgis

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"unicode/utf8"

	"github.com/google/uuid"

	"po-net.prato.it/ponet/catalog"
)

// maxCursor is the longest cursor that is read, in characters; a collection's
// name is shorter than 200 bytes.
const maxCursor = 400

// A cursor is a place between two records in the order of their key.
type cursor struct {
	collection string
	id         uuid.UUID
}

// String is the cursor as clients get it: the id, the collection and a checksum
// that tells a damaged one.
func (c cursor) String() string {
	b := append(c.id[:], c.collection...)
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	return base64.RawURLEncoding.EncodeToString(b)
}

// parseCursor reads what String wrote; anything else is ErrInvalid.
func parseCursor(s string) (cursor, error) {
	broken := fmt.Errorf("cursor %.40q is damaged: follow the links of a page, or start without one: %w", s, catalog.ErrInvalid)
	if len(s) > maxCursor {
		return cursor{}, broken
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) < 20 {
		return cursor{}, broken
	}
	body, sum := b[:len(b)-4], binary.BigEndian.Uint32(b[len(b)-4:])
	if crc32.ChecksumIEEE(body) != sum || !utf8.Valid(body[16:]) {
		return cursor{}, broken
	}
	return cursor{collection: string(body[16:]), id: uuid.UUID(body[:16])}, nil
}
