-- name: prompts_of_guild(guild_id)
SELECT * FROM prompt WHERE guild_id = :guild_id ORDER BY prompt_id;

-- name: add_prompt(guild_id, words, most)
INSERT INTO prompt (guild_id, words)
SELECT :guild_id, :words
WHERE (SELECT COUNT(*) FROM prompt WHERE guild_id = :guild_id) < :most
ON CONFLICT (guild_id, words) DO NOTHING
RETURNING *;

-- name: remove_prompt(guild_id, prompt_id)
DELETE FROM prompt WHERE guild_id = :guild_id AND prompt_id = :prompt_id RETURNING *;
