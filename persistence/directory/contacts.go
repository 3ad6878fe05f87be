package directory

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// NameSource says where a contact's name comes from; a later source in this list is never replaced by an earlier one.
type NameSource string

const (
	NameFromID      NameSource = "id"      // nothing known but the number or id
	NameFromProfile NameSource = "profile" // the provider's public profile
	NameFromPerson  NameSource = "person"  // typed by an employee
)

// Profile is what is known about a person; an empty field means unknown.
type Profile struct {
	Name      string // full name as shown
	First     string
	Last      string
	Username  string
	Phone     string
	PhotoFile string // id of a stored file
	Language  string // as the provider gives it
}

// filled gives p with its blanks taken from other.
func (p Profile) filled(other Profile) Profile {
	return Profile{
		Name: or(p.Name, other.Name), First: or(p.First, other.First), Last: or(p.Last, other.Last), Username: or(p.Username, other.Username),
		Phone: or(p.Phone, other.Phone), PhotoFile: or(p.PhotoFile, other.PhotoFile), Language: or(p.Language, other.Language),
	}
}

// trimmed bounds what a stranger may make us store and drops surrounding space; without a full name one is made of its parts.
func (p Profile) trimmed() Profile {
	for _, f := range []*string{&p.Name, &p.First, &p.Last, &p.Username, &p.Phone, &p.PhotoFile, &p.Language} {
		*f = clip(strings.TrimSpace(strings.ToValidUTF8(*f, "")), 512)
	}
	p.Name = or(p.Name, strings.TrimSpace(p.First+" "+p.Last))
	return p
}

// Contact is a person with everything that identifies them.
type Contact struct {
	ID string
	Profile
	NameSource NameSource
	Identities []Key // sorted
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

const contactColumns = `id, name, name_source, first_name, last_name, username, phone, photo_file, language, created_at, updated_at`

// Contact gives one contact. ErrNotFound.
func (d *Directory) Contact(ctx context.Context, id string) (c Contact, err error) {
	err = d.inRead(ctx, "read contact", func(tx *sql.Tx) error {
		c, err = contactByID(ctx, tx, id)
		return err
	})
	return c, err
}

// Contacts gives those of the ids that exist, by id.
func (d *Directory) Contacts(ctx context.Context, ids []string) (map[string]Contact, error) {
	found := make(map[string]Contact, len(ids))
	err := d.inRead(ctx, "read contacts", func(tx *sql.Tx) error {
		for _, id := range ids {
			c, err := contactByID(ctx, tx, id)
			if errors.Is(err, sql.ErrNoRows) {
				continue
			}
			if err != nil {
				return err
			}
			found[id] = c
		}
		return nil
	})
	return found, err
}

// UpdateProfile takes over what a provider's profile says: known fields replace, unknown ones leave what is there, and a name typed
// by a person stays. ErrNotFound.
func (d *Directory) UpdateProfile(ctx context.Context, id string, p Profile, at time.Time) (c Contact, err error) {
	p = p.trimmed()
	err = d.inWrite(ctx, "update profile", func(tx *sql.Tx) error {
		if c, err = contactByID(ctx, tx, id); err != nil {
			return err
		}
		merged := p.filled(c.Profile)
		source := c.NameSource
		switch {
		case source == NameFromPerson:
			merged.Name, merged.First, merged.Last = c.Name, c.First, c.Last
		case p.Name != "":
			source = NameFromProfile
		}
		c, err = saveProfile(ctx, tx, c, merged, source, at)
		return err
	})
	return c, err
}

// Rename records the name a person typed; from then on profiles no longer change it. ErrInvalid if it is empty, ErrNotFound.
func (d *Directory) Rename(ctx context.Context, id, name string, at time.Time) (c Contact, err error) {
	name = Profile{Name: name}.trimmed().Name
	if name == "" {
		return Contact{}, fmt.Errorf("rename contact: empty name: %w", ErrInvalid)
	}
	err = d.inWrite(ctx, "rename contact", func(tx *sql.Tx) error {
		if c, err = contactByID(ctx, tx, id); err != nil {
			return err
		}
		p := c.Profile
		p.Name = name
		c, err = saveProfile(ctx, tx, c, p, NameFromPerson, at)
		return err
	})
	return c, err
}

// told gives what the contact would look like after a message told p: blanks are filled, and a name that only stands in for one
// gives way to a real name, or else to the number.
func (c Contact) told(p Profile) (Profile, NameSource) {
	merged := c.Profile.filled(p)
	switch {
	case c.NameSource != NameFromID:
		return merged, c.NameSource
	case p.Name != "":
		merged.Name = p.Name
		return merged, NameFromProfile
	}
	merged.Name = or(merged.Phone, c.Name)
	return merged, NameFromID
}

// createContact inserts a contact; without a name the number or id stands in for it (S6).
func createContact(ctx context.Context, tx *sql.Tx, first Key, proposed string, p Profile, at time.Time) (Contact, error) {
	if proposed == "" {
		return Contact{}, fmt.Errorf("no id proposed: %w", ErrInvalid)
	}
	id, err := freeContactID(ctx, tx, proposed)
	if err != nil {
		return Contact{}, err
	}
	source := NameFromProfile
	if p.Name == "" {
		p.Name, source = or(p.Phone, first.Value), NameFromID
	}
	at = fromMillis(millis(at))
	c := Contact{ID: id, Profile: p, NameSource: source, CreatedAt: at, UpdatedAt: at}
	_, err = tx.ExecContext(ctx, `INSERT INTO contacts (`+contactColumns+`, folded_name) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		c.ID, p.Name, source, p.First, p.Last, p.Username, p.Phone, p.PhotoFile, p.Language, millis(at), millis(at), fold(p.Name))
	return c, err
}

// freeContactID avoids an id that is taken: a caller may derive it from a number that has since passed to somebody else.
func freeContactID(ctx context.Context, tx *sql.Tx, proposed string) (string, error) {
	for n, id := 2, proposed; ; n, id = n+1, fmt.Sprintf("%s.%d", proposed, n) {
		var taken bool
		err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM contacts WHERE id = ?)`, id).Scan(&taken)
		if err != nil || !taken {
			return id, err
		}
	}
}

// fillBlanks saves what a message told, if it told anything new.
func fillBlanks(ctx context.Context, tx *sql.Tx, c Contact, p Profile, at time.Time) (Contact, error) {
	merged, source := c.told(p)
	if merged == c.Profile && source == c.NameSource {
		return c, nil
	}
	return saveProfile(ctx, tx, c, merged, source, at)
}

func saveProfile(ctx context.Context, tx *sql.Tx, c Contact, p Profile, source NameSource, at time.Time) (Contact, error) {
	c.Profile, c.NameSource, c.UpdatedAt = p, source, fromMillis(millis(at))
	_, err := tx.ExecContext(ctx, `UPDATE contacts SET name = ?, name_source = ?, first_name = ?, last_name = ?, username = ?, phone = ?,
		photo_file = ?, language = ?, updated_at = ?, folded_name = ? WHERE id = ?`,
		p.Name, source, p.First, p.Last, p.Username, p.Phone, p.PhotoFile, p.Language, millis(at), fold(p.Name), c.ID)
	return c, err
}

func contactByID(ctx context.Context, tx *sql.Tx, id string) (Contact, error) {
	var c Contact
	var created, updated int64
	err := tx.QueryRowContext(ctx, `SELECT `+contactColumns+` FROM contacts WHERE id = ?`, id).Scan(
		&c.ID, &c.Name, &c.NameSource, &c.First, &c.Last, &c.Username, &c.Phone, &c.PhotoFile, &c.Language, &created, &updated)
	if err != nil {
		return Contact{}, err
	}
	c.CreatedAt, c.UpdatedAt = fromMillis(created), fromMillis(updated)
	rows, err := tx.QueryContext(ctx, `SELECT provider, scope, type, value FROM identities WHERE contact_id = ?
		ORDER BY provider, scope, type, value`, id)
	if err != nil {
		return Contact{}, err
	}
	defer rows.Close()
	for rows.Next() {
		var k Key
		if err := rows.Scan(&k.Provider, &k.Scope, &k.Type, &k.Value); err != nil {
			return Contact{}, err
		}
		c.Identities = append(c.Identities, k)
	}
	return c, rows.Err()
}
