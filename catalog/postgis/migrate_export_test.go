package postgis

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// MigrateDown takes the database at url back to an earlier schema.
func MigrateDown(ctx context.Context, url string, version int32) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	s, err := newSchema(ctx, conn)
	if err != nil {
		return err
	}
	return s.to(ctx, version)
}
