package pebblestore

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// mended puts a damaged value right if it is certain how: when exactly one
// flipped bit, anywhere in it, explains its checksum. CRC-32C tells any two
// values of this size apart that differ in up to three bits, so a single flipped
// bit, which is what memory and disks do, is always found, and found rightly.
// Of values damaged otherwise one in some hundred thousand would be taken for
// such. A value that was cut is not mended.
func mended(k, value []byte) (good []byte, ok bool) {
	if len(value) < envelopeHead {
		return nil, false
	}
	fixed := bytes.Clone(value)
	if value[0] != envelopeVersion { // the checksum is not over the format
		fixed[0] = envelopeVersion
		_, err := open(k, fixed)
		return fixed, err == nil && bits.OnesCount8(value[0]^envelopeVersion) == 1
	}
	payload := fixed[envelopeHead:]
	difference := sum(k, payload) ^ binary.BigEndian.Uint32(value[1:])
	at, mask, found := flipped(len(payload), difference)
	switch inSum := bits.OnesCount32(difference) == 1; {
	case inSum && found == 0:
		return seal(k, fixed), true
	case !inSum && found == 1:
		payload[at] ^= mask
		return fixed, true
	}
	return nil, false
}

// flipped looks for bits whose change explains a difference of checksums, and
// says how many there are. A checksum is linear: what a bit does to it depends
// only on how many bytes follow, so its effect is carried from the end to the
// beginning.
func flipped(length int, difference uint32) (at int, mask byte, found int) {
	var effects [8]uint32
	for b := range effects {
		effects[b] = castagnoli[1<<b]
	}
	for i := length - 1; i >= 0; i-- {
		for b, effect := range effects {
			if effect == difference {
				at, mask = i, 1<<b
				found++
			}
			effects[b] = castagnoli[effect&0xff] ^ effect>>8
		}
	}
	return at, mask, found
}
