-- The rule about accounts that get around an action is set as all others are: in signal_rule_version, with the catalogue's own version as number 1.
DROP TABLE "detection_rule";
