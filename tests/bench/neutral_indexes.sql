-- Built after the bulk load.
ALTER TABLE people ADD FOREIGN KEY (organization_id) REFERENCES organizations(id);
ALTER TABLE partnerships ADD FOREIGN KEY (owner_id) REFERENCES users(id);
ALTER TABLE partnership_parties ADD FOREIGN KEY (partnership_id) REFERENCES partnerships(id);
ALTER TABLE partnership_parties ADD FOREIGN KEY (organization_id) REFERENCES organizations(id);
ALTER TABLE activities ADD FOREIGN KEY (partnership_id) REFERENCES partnerships(id);

CREATE INDEX people_org        ON people (organization_id);
CREATE INDEX org_name_trgm     ON organizations USING gin (name gin_trgm_ops);
-- the list page: equality on stage and country, newest change first, id breaks ties
CREATE INDEX partnerships_list ON partnerships (stage, country, updated_at DESC, id DESC);
CREATE INDEX partnerships_upd  ON partnerships (updated_at DESC, id DESC);
CREATE INDEX partnerships_own  ON partnerships (owner_id);
CREATE INDEX partnerships_tags ON partnerships USING gin (tags);
CREATE INDEX partnerships_trgm ON partnerships USING gin (title gin_trgm_ops);
ALTER TABLE partnerships ADD COLUMN search tsvector
  GENERATED ALWAYS AS (setweight(to_tsvector('english', title), 'A') ||
                       setweight(to_tsvector('english', description), 'B')) STORED;
CREATE INDEX partnerships_fts  ON partnerships USING gin (search);
CREATE INDEX parties_by_ps     ON partnership_parties (partnership_id, position);
CREATE INDEX parties_by_org    ON partnership_parties (organization_id);
CREATE INDEX activities_by_ps  ON activities (partnership_id, occurred_at DESC);
CREATE INDEX audit_by_entity   ON audit_log (entity, entity_id, at DESC);
CREATE INDEX audit_at_brin     ON audit_log USING brin (at);

CREATE SEQUENCE activities_id_seq OWNED BY activities.id;
CREATE SEQUENCE audit_log_id_seq  OWNED BY audit_log.id;
SELECT setval('activities_id_seq', (SELECT max(id) FROM activities));
SELECT setval('audit_log_id_seq',  (SELECT max(id) FROM audit_log));
ALTER TABLE activities ALTER id SET DEFAULT nextval('activities_id_seq');
ALTER TABLE audit_log  ALTER id SET DEFAULT nextval('audit_log_id_seq');
