// Package storetest is the suite that every live store must pass, so that the
// engine may rely on one behaviour whatever is below it.
//
// It also has Faulty, a wrapper that makes any store fail on purpose, for the
// tests of the engine.
package storetest
