-- The neutral rows become the product's own, set-wise. Ids are made of the neutral ones and ascend as UUIDv7 do.
-- Runs as the superuser in one session: triggers and foreign keys sleep during the load, and only then.
SET session_replication_role = replica;

CREATE FUNCTION pg_temp.made(kind text, id bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
RETURN ('019000' || kind || '-0000-7000-8000-' || lpad(to_hex(id), 12, '0'))::uuid;

INSERT INTO users (id, email, name, language, is_active)
SELECT pg_temp.made('a0', id), email, full_name, 'en', is_active FROM neutral.users;

INSERT INTO organizations (id, kind, name_en, name_local, country, region, website, created_at, updated_at)
SELECT pg_temp.made('b0', id),
       CASE kind WHEN 'government' THEN 'foreign_municipality' WHEN 'foundation' THEN 'donor' ELSE kind END,
       name, name, country, city, website, created_at, updated_at
FROM neutral.organizations ORDER BY id;

CREATE TEMP TABLE topics (tag text PRIMARY KEY, direction text NOT NULL);
INSERT INTO topics VALUES
  ('climate', 'environment'), ('health', 'ambulance'), ('water', 'water_wastewater'), ('energy', 'renewable_energy'),
  ('education', 'school_bus'), ('research', 'digital_governance'), ('mobility', 'special_vehicles'),
  ('harvest', 'export_development'), ('logistics', 'export_development'), ('housing', 'energy_efficiency'),
  ('forest', 'environment'), ('ocean', 'tourism'), ('solar', 'renewable_energy'), ('rail', 'special_vehicles'),
  ('data', 'digital_governance'), ('security', 'bomb_shelters'), ('culture', 'culture_sport'),
  ('sport', 'culture_sport'), ('nutrition', 'social_services'), ('finance', 'export_development');

INSERT INTO partnerships (id, created_at, updated_at, number, title_uk, track, stage, status, country, pathway,
                          directions, description, coordinator_id, started_on, ended_on, stage_entered_at, verification)
SELECT pg_temp.made('c0', id), created_at, updated_at, 'PAR-2020-' || lpad(id::text, 6, '0'), title, 'formal',
       CASE stage WHEN 'prospect' THEN 'contact' WHEN 'qualified' THEN 'letter_of_intent'
                  WHEN 'negotiation' THEN 'memorandum' WHEN 'agreement' THEN 'contract'
                  WHEN 'active' THEN 'joint_project' ELSE 'delegation_exchange' END,
       CASE WHEN stage = 'closed' THEN 'ended' WHEN status = 'blocked' THEN 'dormant' ELSE 'active' END,
       country, 'forum',
       (SELECT array_agg(DISTINCT t.direction) FROM topics t WHERE t.tag = ANY (p.tags)), description, pg_temp.made('a0', owner_id), start_date,
       CASE WHEN stage = 'closed' THEN end_date END, updated_at, 'verified'
FROM neutral.partnerships p ORDER BY id;

-- The neutral data name an organization twice in a few partnerships; ours may not.
INSERT INTO partnership_parties (id, partnership_id, organization_id, role, position, joined_on)
SELECT pg_temp.made('d0', q.id), pg_temp.made('c0', q.partnership_id), pg_temp.made('b0', q.organization_id),
       CASE q.role WHEN 'sponsor' THEN 'supporter' WHEN 'supplier' THEN 'business' ELSE q.role END, q.position, p.start_date
FROM (SELECT DISTINCT ON (partnership_id, organization_id) * FROM neutral.partnership_parties
      ORDER BY partnership_id, organization_id, position) q
JOIN neutral.partnerships p ON p.id = q.partnership_id ORDER BY q.id;

INSERT INTO partnership_stages (id, partnership_id, stage, track, status, actor_id, actor_name, entered_at)
SELECT pg_temp.made('e0', n.id), p.id, p.stage, p.track, p.status, p.coordinator_id, 'benchmark', p.created_at
FROM neutral.partnerships n JOIN partnerships p ON p.id = pg_temp.made('c0', n.id) ORDER BY n.id;

DROP SCHEMA neutral CASCADE;
SET session_replication_role = DEFAULT;
