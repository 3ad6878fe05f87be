// Package workspace embeds the operator's web workspace as Vite built it, so
// that one program serves all of it.
package workspace

import (
	"embed"
	"io/fs"
)

// dist is taken whole: without "all:" files whose names begin with an
// underscore would be missing, and bundlers make such names.
//
//go:embed all:dist
var dist embed.FS

// Files gives the built application: index.html, assets/ and what else a
// browser asks for, with packed siblings (X.br, X.gz) beside what is worth
// packing. It is nil when the program was built without it.
func Files() fs.FS {
	app, err := fs.Sub(dist, "dist/app")
	if err != nil {
		return nil
	}
	if _, err := fs.Stat(app, "index.html"); err != nil {
		return nil
	}
	return app
}
