// Package redistest starts real redis-servers on free loopback ports in
// temporary folders, for tests and measurements, with the settings the store
// demands. What it starts it ends by its own process id.
package redistest
