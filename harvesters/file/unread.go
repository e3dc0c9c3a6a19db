package file

import (
	"archive/zip"
	"context"
)

func (o *opener) openXLSX(ctx context.Context, b blob) ([]*table, error) {
	return nil, failed("XLSX is not read yet")
}
func shapefilePart(ext string) bool { return false }
func (o *opener) openShapefileEntry(ctx context.Context, e *zip.File, m map[string]*zip.File) ([]*table, error) {
	return nil, nil
}
func (o *opener) openDBFEntry(ctx context.Context, e *zip.File, m map[string]*zip.File) ([]*table, error) {
	return nil, nil
}
func (o *opener) openShapefile(ctx context.Context, b blob) ([]*table, error) {
	return nil, failed("SHP is not read yet")
}
func (o *opener) openGeoPackage(ctx context.Context, b blob) ([]*table, error) {
	return nil, failed("GPKG is not read yet")
}
func (o *opener) utf8XML(b blob) (blob, error) { return b, nil }
func rootElement(p string) (string, error)     { return "", nil }
func (o *opener) openKML(ctx context.Context, b blob) ([]*table, error) {
	return nil, failed("KML is not read yet")
}
func (o *opener) openGPX(ctx context.Context, b blob) ([]*table, error) {
	return nil, failed("GPX is not read yet")
}
func (o *opener) openTopoJSON(ctx context.Context, b blob, out outline) ([]*table, error) {
	return nil, failed("TOPO is not read yet")
}
