package event

import "strings"

// Entity is the kind of thing that an event is about: the part of its subject before the slash.
type Entity uint8

// The entities. They are bits, so that a set of them is their sum.
const (
	EntityDeal Entity = 1 << iota
	EntityLead
	EntityAccount
	EntityCampaign
	EntityOwner
	EntityTeam
	EntityCurrency
	EntityTenant

	anyEntity = EntityDeal | EntityLead | EntityAccount | EntityCampaign | EntityOwner | EntityTeam | EntityCurrency | EntityTenant
)

// String is the entity's name in a subject; of a set, the names joined by " or ".
func (e Entity) String() string {
	var names []string
	for i, name := range entityNames {
		if e&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, " or ")
}

var entityNames = [...]string{"deal", "lead", "account", "campaign", "owner", "team", "currency", "tenant"}

// ParseSubject splits a subject into the entity's kind and its id, which is empty for the tenant. It
// reports false where the kind is unknown or the form is wrong; it does not look into the id.
func ParseSubject(subject string) (entity Entity, id string, ok bool) {
	if subject == "tenant" {
		return EntityTenant, "", true
	}
	kind, id, found := strings.Cut(subject, "/")
	if !found || id == "" {
		return 0, "", false
	}
	for i, name := range entityNames[:len(entityNames)-1] {
		if kind == name {
			return 1 << i, id, true
		}
	}
	return 0, "", false
}

// form is how a subject of one of the entities looks, in words.
func (e Entity) form() string {
	var forms []string
	for i, name := range entityNames {
		switch {
		case e&(1<<i) == 0:
		case 1<<i == EntityTenant:
			forms = append(forms, name)
		default:
			forms = append(forms, name+"/<id>")
		}
	}
	return strings.Join(forms, " or ")
}
